import type { Context } from '../context.ts';
import type { ExitReason } from '../core/errors.ts';
import { explainFailure } from '../kube/explain-failure.ts';

/** Runs the steps of a backup, and remembers how long each took. */
export class Steps {
  /** Seconds by step, to the millisecond. */
  readonly seconds: Record<string, number> = {};
  readonly #context: Context;
  readonly #start: number;

  constructor(context: Context) {
    this.#context = context;
    this.#start = context.clock.monotonic();
  }

  /** A failed call to the API server becomes an error of this step: `doing` says what it was about. */
  async run<T>(name: string, reason: ExitReason, doing: string, work: () => Promise<T>): Promise<T> {
    this.#context.signal.throwIfAborted();
    return this.always(name, () => explainFailure(reason, doing, work));
  }

  /** Runs a step that must not be left out, whatever has happened. */
  async always<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { clock } = this.#context;
    const start = clock.monotonic();
    try {
      return await work();
    } finally {
      this.seconds[name] = rounded(clock.monotonic() - start);
    }
  }

  /** Milliseconds of a step that has run. */
  took(name: string): number {
    return Math.round((this.seconds[name] ?? 0) * 1000);
  }

  /** All seconds so far, the whole among them. */
  summary(): Record<string, number> {
    return { ...this.seconds, total: rounded(this.#context.clock.monotonic() - this.#start) };
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
