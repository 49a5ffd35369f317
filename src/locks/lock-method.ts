/** One of the slots of a node; `<directory>/<number>.lock` is what flock locks for it. */
export interface Slot {
  readonly number: number;
  readonly path: string;
}

/** A lock on one slot. */
export interface HeldLock {
  /** Aborted with a UserError 'lock' when somebody else may have it; never for a lock that the kernel keeps. */
  readonly lost: AbortSignal;
  /** Frees the slot for others; a second call does nothing. */
  release(): Promise<void>;
}

export interface TakenSlot {
  readonly slot: Slot;
  readonly lock: HeldLock;
}

/** Written beside the locks; see `claimDirectory`. */
export type MethodName = 'flock' | 'lockfile';

/**
 * One way to lock the slots of a directory. All jobs that share it use the same way.
 * The calls reject with a `UserError` that says what to do when the slots cannot be used at all,
 * and with `signal.reason` once that is aborted, leaving nothing locked.
 */
export interface LockMethod {
  /** Whether somebody waits already, whom we must not overtake. */
  isQueued(): Promise<boolean>;
  /** The first in this order that is free; `undefined` when none is. Never waits. */
  tryAny(slots: readonly Slot[], signal: AbortSignal): Promise<TakenSlot | undefined>;
  /** Waits for any of them, in the order in which the waiting jobs have come. */
  acquireAny(slots: readonly Slot[], signal: AbortSignal): Promise<TakenSlot>;
}
