import { UserError } from '../../core/errors.ts';
import { humanDuration } from '../../core/human-duration.ts';
import type { Clock } from '../../core/system.ts';

/** What the app rests for: the reason of the error when it takes too long. */
export type RestingFor = 'preflight' | 'dump' | 'snapshot';

const before = {
  preflight: 'before the hooks had ended',
  dump: 'before the dump was complete',
  snapshot: 'before the snapshots were cut',
};

/** How long the app may be at rest in all. What is done meanwhile ends by its signal when that is over. */
export class RestLimit implements Disposable {
  readonly #controller = new AbortController();
  readonly #stop = new AbortController();
  readonly #clock: Clock;
  readonly #milliseconds: number;

  /** No limit where `milliseconds` is Infinity. */
  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
  }

  /** Aborted with a UserError. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The app is brought to rest from now on. */
  begin(namespace: string, restingFor: () => RestingFor): void {
    if (Number.isFinite(this.#milliseconds)) void this.#watch(namespace, restingFor);
  }

  /** The app is awake. */
  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  async #watch(namespace: string, restingFor: () => RestingFor): Promise<void> {
    try {
      await this.#clock.sleep(this.#milliseconds, this.#stop.signal);
    } catch {
      return; // It was awake in time.
    }
    const stage = restingFor();
    const time = humanDuration(this.#milliseconds);
    this.#controller.abort(
      new UserError(
        stage,
        `The app of namespace '${namespace}' was at rest for ${time}, as long as ⟪restTimeout⟫ allows, ${before[stage]}; the backup is given up, and the app is woken: see in the log what took so long, or set ⟪restTimeout⟫ to more`,
      ),
    );
  }
}
