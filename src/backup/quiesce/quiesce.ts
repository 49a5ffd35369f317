import type { Context } from '../../context.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import type { QuiesceSettings } from '../settings/quiesce.ts';
import type { Filesystem } from './filesystem.ts';
import { freeze, sync, type FrozenFilesystem } from './freeze.ts';
import { runAfter, runBefore, type PlacedHook } from './hook.ts';
import type { UndoLog } from './undo-log.ts';

export interface QuiescePlan {
  readonly hooks: readonly PlacedHook[];
  readonly filesystems: readonly Filesystem[];
  readonly method: QuiesceSettings['method'];
  /** For which the filesystems may be frozen. */
  readonly timeoutMilliseconds: number;
}

export interface Release {
  /** A sentence for everything that failed. */
  readonly problems: readonly string[];
  /** Whether all that was frozen was so until now. */
  readonly wasFrozen: boolean;
}

/**
 * Brings the app and its filesystems to rest, and surely wakes them again: all that is done is written down before, and
 * undone by `release`, or by the next run.
 */
export class Quiesce {
  readonly #plan: QuiescePlan;
  readonly #log: UndoLog;
  readonly #context: Context;
  readonly #begun: PlacedHook[] = [];
  readonly #frozen: FrozenFilesystem[] = [];
  #released: Promise<Release> | undefined;

  constructor(plan: QuiescePlan, log: UndoLog, context: Context) {
    this.#plan = plan;
    this.#log = log;
    this.#context = context;
  }

  /** The `before` of every hook, in their order. Throws at the first that fails, unless it may. */
  async runHooks(): Promise<void> {
    for (const placed of this.#plan.hooks) {
      this.#begun.push(placed);
      await this.#log.change({ hooks: this.#begun.filter(wakes).map(({ hook }) => hook.name) });
      try {
        await runBefore(placed, this.#context);
      } catch (error) {
        this.#context.signal.throwIfAborted();
        this.#orContinue(placed, error);
      }
    }
  }

  /** Freezes or syncs all filesystems. */
  async quiesceFilesystems(): Promise<void> {
    const { filesystems, method, timeoutMilliseconds } = this.#plan;
    if (method === 'none' || filesystems.length === 0) return;
    await Promise.all(filesystems.map((filesystem) => sync(filesystem, this.#context)));
    if (method === 'sync') return;
    await this.#log.change({ frozen: filesystems.map(({ pvc }) => pvc) });
    for (const filesystem of filesystems) {
      this.#frozen.push(await freeze(filesystem, timeoutMilliseconds, this.#context));
      const { container, path, pvc } = filesystem;
      this.#context.log.info({ ...container, path, pvc }, 'frozen');
    }
  }

  /** Aborted when a filesystem thawed by itself. */
  get lost(): AbortSignal {
    return AbortSignal.any(this.#frozen.map(({ lost }) => lost));
  }

  /** Whether something is kept at rest, which must not last. */
  get isHeld(): boolean {
    return this.#begun.length > 0 || this.#frozen.length > 0;
  }

  /**
   * Thaws, and runs the `after` of every hook whose `before` has begun, the last first; on a signal of its own, so that
   * nothing keeps it from doing so. Done once: a second call resolves with what the first has.
   */
  release(): Promise<Release> {
    return (this.#released ??= this.#release());
  }

  async #release(): Promise<Release> {
    const problems: string[] = [];
    let wasFrozen = true;
    const attempt = async (act: () => Promise<void>): Promise<boolean> => {
      try {
        await act();
        return true;
      } catch (error) {
        problems.push(messageOf(error));
        return false;
      }
    };
    const thawed = await Promise.all(
      this.#frozen.splice(0).map((filesystem) =>
        attempt(async () => {
          if (!(await filesystem.thaw())) wasFrozen = false;
        }),
      ),
    );
    if (thawed.every(Boolean)) await attempt(() => this.#log.change({ frozen: [] }));
    const left: string[] = [];
    for (const placed of this.#begun.splice(0).toReversed()) {
      const isDone = await attempt(() => this.#runAfter(placed));
      if (!isDone) left.unshift(placed.hook.name);
    }
    await attempt(() => this.#log.change({ hooks: left }));
    return { problems, wasFrozen };
  }

  async #runAfter(placed: PlacedHook): Promise<void> {
    const signal = new AbortController().signal;
    try {
      const { hook, container } = placed;
      const run = { namespace: container.namespace, reason: 'snapshot' } as const;
      await runAfter(hook, container, run, { ...this.#context, signal });
    } catch (error) {
      this.#orContinue(placed, error);
    }
  }

  #orContinue({ hook }: PlacedHook, error: unknown): void {
    if (hook.onError === 'fail' || !(error instanceof UserError)) throw error;
    this.#context.log.warn({ hook: hook.name, reason: error.message }, 'a hook failed, going on');
  }
}

/** Of a hook without an `after`, nothing is to be undone: it has no place in the log. */
function wakes({ hook }: PlacedHook): boolean {
  return hook.after !== undefined;
}
