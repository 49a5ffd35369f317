/** A lock on one slot's file. */
export interface HeldLock {
  /** Frees the slot for others; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * One way to lock a slot's file. All jobs that share a directory use the same way.
 * Both calls reject with a `UserError` that says what to do when the file cannot be used at all,
 * and with `signal.reason` once that is aborted, leaving nothing locked.
 */
export interface LockMethod {
  /** Written beside the locks; see `claimDirectory`. */
  readonly name: string;
  /** `undefined` when another job holds it. Never waits. */
  tryAcquire(path: string, signal: AbortSignal): Promise<HeldLock | undefined>;
  /** Waits until it is free, costing nothing meanwhile. */
  acquire(path: string, signal: AbortSignal): Promise<HeldLock>;
}
