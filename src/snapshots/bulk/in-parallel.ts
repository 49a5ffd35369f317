import type { Context } from '../../context.ts';
import { messageOf } from '../../core/errors.ts';
import { isOwnDoing } from './left-alone.ts';
import { Turns } from './turns.ts';

/** Why something was not done to a snapshot; the next run looks at it again. */
export interface Failure {
  readonly namespace: string;
  readonly name: string;
  readonly error: string;
}

/** Which snapshot it is about; a ManagedSnapshot is one. */
export type SnapshotName = Pick<Failure, 'namespace' | 'name'>;

/** What was not done. */
export interface Undone {
  /** What the run could not do. */
  readonly failed: readonly Failure[];
  /** What it left alone because of what that is, or what others do to it: no failure of the run. */
  readonly skipped: readonly Failure[];
}

export interface Miss extends Failure {
  /** It belongs to what is skipped. */
  readonly isOwnDoing: boolean;
}

/** More parallel requests do not make the API server faster. */
const workers = 4;

/**
 * Does something to each snapshot, the namespaces by turns; one that fails does not stop the others. None is begun after
 * `end`, on the monotonic clock. Resolves with those that it was not done to; rejects only with the signal's reason.
 */
export async function inParallel<Item extends { readonly snapshot: SnapshotName }>(
  items: readonly Item[],
  what: string,
  act: (item: Item) => Promise<void>,
  context: Context,
  end = Infinity,
): Promise<Undone & { readonly left: readonly Item[] }> {
  const misses: Miss[] = [];
  const left = new Set(items);
  const turns = new Turns(items, ({ snapshot }) => snapshot.namespace, context.random.fraction());
  const work = async (): Promise<void> => {
    for (;;) {
      const start = context.clock.monotonic();
      const turn = start < end ? turns.next() : undefined;
      if (!turn) return;
      const { item, namespace } = turn;
      left.delete(item);
      const miss = await attempt(item.snapshot, what, () => act(item), context);
      turns.spent(namespace, context.clock.monotonic() - start);
      if (miss) misses.push(miss);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return { ...undoneOf(misses), left: [...left] };
}

/** `others` was not done besides. */
export function undoneOf(misses: readonly Miss[], others: Undone = { failed: [], skipped: [] }): Undone {
  const named = (own: boolean) =>
    misses
      .filter((miss) => miss.isOwnDoing === own)
      .map(({ namespace, name, error }) => ({ namespace, name, error }));
  return { failed: [...others.failed, ...named(false)], skipped: [...others.skipped, ...named(true)] };
}

/** Says what went wrong, and gives it; undefined when nothing did. Rejects only with the signal's reason. */
export async function attempt(
  { namespace, name }: SnapshotName,
  what: string,
  act: () => Promise<void>,
  { log, signal }: Context,
): Promise<Miss | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const own = isOwnDoing(error);
    log[own ? 'warn' : 'error']({ namespace, snapshot: name, reason: messageOf(error) }, `could not ${what}`);
    return { namespace, name, error: messageOf(error), isOwnDoing: own };
  }
}
