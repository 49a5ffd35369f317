import type { Context } from '../context.ts';
import { messageOf } from '../errors.ts';
import type { ManagedSnapshot } from '../snapshots/managed.ts';

/** Why something was not done to a snapshot; the next run looks at it anew. */
export interface Failure {
  readonly namespace: string;
  readonly name: string;
  readonly error: string;
}

type SnapshotKey = Pick<ManagedSnapshot, 'namespace' | 'name'>;

/** An API server answers more of them at a time no faster. */
const workers = 4;

/**
 * Does something to each snapshot, in no particular order; one that fails does not stop the others. Resolves with those
 * that failed; rejects only with the signal's reason.
 */
export async function inParallel<Item extends { readonly snapshot: SnapshotKey }>(
  items: readonly Item[],
  what: string,
  act: (item: Item) => Promise<void>,
  context: Context,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  const queue = items.values();
  const work = async (): Promise<void> => {
    for (const item of queue) {
      const failure = await attempt(item.snapshot, what, () => act(item), context);
      if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return failures;
}

/** Says what went wrong, and gives it; undefined when nothing did. Rejects only with the signal's reason. */
export async function attempt(
  { namespace, name }: SnapshotKey,
  what: string,
  act: () => Promise<void>,
  { log, signal }: Context,
): Promise<Failure | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    log.error({ namespace, snapshot: name, reason: messageOf(error) }, `could not ${what}`);
    return { namespace, name, error: messageOf(error) };
  }
}
