import type { Context } from '../context.ts';
import { shown } from '../core/quoted.ts';
import { freshDeadline } from '../kube/deadline.ts';
import { changeSnapshot } from './change-snapshot.ts';
import { annotation, label } from './labels.ts';
import type { StoreContext } from './provider.ts';
import type { MetadataPatch, SnapshotKey, StoredSnapshot } from './stored.ts';
import { tiers } from './tiers.ts';

/** How long the mark may take, which is set after the run's own signal was aborted. */
const timeoutMilliseconds = 20_000;

/** Characters: an object with more than 256 KiB of annotations is refused, and would keep its tiers. */
const longestReason = 1000;

/** The annotation that says why something is not a backup: its beginning, whatever a storage or a tool has said in it. */
export function failedAnnotation(reason: string): Record<string, string> {
  return { [annotation.failed]: shown(reason, longestReason) };
}

/**
 * Marks a snapshot as no backup: it gets the reason, and loses its tiers and the mark of one that is unfinished. One that is not there has none to lose.
 * `spares` is asked of its state before each attempt; one that is spared stays as it is, and is returned.
 */
export async function markFailed(
  key: SnapshotKey,
  reason: string,
  { snapshots, kube, clock }: Pick<Context, 'kube' | 'clock'> & Pick<StoreContext, 'snapshots'>,
  spares: (snapshot: StoredSnapshot) => boolean = () => false,
): Promise<StoredSnapshot | undefined> {
  using deadline = freshDeadline(clock, timeoutMilliseconds);
  let spared: StoredSnapshot | undefined;
  const patchFor = (present: StoredSnapshot | undefined): MetadataPatch | undefined => {
    spared = present && spares(present) ? present : undefined;
    return spared ? undefined : failedPatch(reason);
  };
  await changeSnapshot(key, patchFor, { snapshots, kube, signal: deadline.signal });
  return spared;
}

/** Null takes a label away. */
function failedPatch(reason: string): MetadataPatch {
  return {
    labels: Object.fromEntries([...tiers, 'unfinished' as const].map((name) => [label[name], null])),
    annotations: failedAnnotation(reason),
  };
}
