import { withLock } from '../with-lock.ts';

/**
 * Runs `work` while nobody else holds the lock. An abort ends the waiting at once;
 * work that has begun is left to see the signal itself, so that it can clean up under its lock.
 */
export async function inTurn(path: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const turn = Promise.withResolvers<void>();
  let hasBegun = false;
  const stopWaiting = (): void => {
    if (!hasBegun) turn.reject(signal.reason);
  };
  signal.addEventListener('abort', stopWaiting, { once: true });
  withLock(path, async () => {
    hasBegun = true;
    if (!signal.aborted) await work();
  }).then(turn.resolve, turn.reject);
  try {
    await turn.promise;
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', stopWaiting);
  }
}
