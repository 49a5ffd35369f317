import type { Clock } from '../core/system.ts';
import { KubeError } from './error.ts';

/**
 * A signal that is aborted when `parent` is, or when `milliseconds` pass without a `touch()`.
 * One of these stands behind every wait for the network: an answer, the next chunk, a pong.
 * Dispose it when the wait is over.
 */
export class Deadline implements Disposable {
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #controller = new AbortController();
  readonly #stop = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onParentAbort: () => void;
  #last: number;

  constructor(clock: Clock, milliseconds: number, parent: AbortSignal, what: string) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#parent = parent;
    this.#last = clock.monotonic();
    this.signal = this.#controller.signal;
    this.#onParentAbort = () => this.#controller.abort(parent.reason);
    if (parent.aborted) this.#onParentAbort();
    else {
      parent.addEventListener('abort', this.#onParentAbort, { once: true });
      void this.#watch(what);
    }
  }

  /** Something arrived: start again. */
  touch(): void {
    this.#last = this.#clock.monotonic();
  }

  [Symbol.dispose](): void {
    this.#parent.removeEventListener('abort', this.#onParentAbort);
    this.#stop.abort();
  }

  async #watch(what: string): Promise<void> {
    try {
      for (;;) {
        const left = this.#last + this.#milliseconds - this.#clock.monotonic();
        if (left <= 0) break;
        await this.#clock.sleep(left, this.#stop.signal);
      }
      this.#controller.abort(timeoutError(`${what} within ${this.#milliseconds / 1000} s`));
    } catch {
      // Disposed: nobody waits any more.
    }
  }
}

/**
 * For what must be done after the run's own signal was aborted as well: cleanup, and what is told at the end. On the
 * injected clock, as every deadline.
 */
export function freshDeadline(clock: Clock, milliseconds: number, what = 'There was no answer'): Deadline {
  return new Deadline(clock, milliseconds, new AbortController().signal, what);
}

function timeoutError(message: string): KubeError {
  return new KubeError(message, { status: 0, reason: 'Timeout', retryable: true });
}

/** The promise, unless the signal is aborted first; for work that cannot be told to stop. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const forget = (): void => signal.removeEventListener('abort', onAbort);
    promise.finally(forget).then(resolve, reject);
  });
}

/** A signal that is aborted `milliseconds` after `parent` is, with its reason. */
export class DelayedAbort implements Disposable {
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onAbort: () => void;

  constructor(clock: Clock, parent: AbortSignal, milliseconds: number) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#parent = parent;
    this.#onAbort = () => {
      void clock.sleep(milliseconds, this.#stop.signal).then(
        () => controller.abort(parent.reason),
        () => {},
      );
    };
    parent.addEventListener('abort', this.#onAbort, { once: true });
  }

  [Symbol.dispose](): void {
    this.#parent.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
  }
}
