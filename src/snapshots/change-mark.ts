import { UserError } from '../core/errors.ts';
import { changeSnapshot } from './change-snapshot.ts';
import { annotation, label } from './labels.ts';
import type { StoreContext } from './provider.ts';
import { named, type SnapshotKey } from './stored.ts';
import { unfinishedMark, type Unfinished } from './unfinished.ts';

/**
 * Changes what an unfinished snapshot says of itself; undefined: it is finished. One that says nothing stays as it is.
 * Throws UserError 'snapshot' when it was deleted, or has been marked as failed meanwhile.
 */
export async function changeMark(
  key: SnapshotKey,
  mark: Unfinished | undefined,
  context: StoreContext,
): Promise<void> {
  const spoilt = (what: string): UserError =>
    new UserError(
      'snapshot',
      `${named(context.snapshots.words, key)} ${what} while it was being made; run the backup again`,
    );
  await changeSnapshot(
    key,
    (present) => {
      if (!present || present.metadata.deletionTimestamp !== undefined) throw spoilt('was deleted');
      const { labels = {}, annotations = {} } = present.metadata;
      if (annotations[annotation.failed] !== undefined) throw spoilt('was marked as failed');
      if (labels[label.unfinished] === undefined) return undefined;
      return { labels: { [label.unfinished]: mark ? unfinishedMark(mark) : null } };
    },
    context,
  );
}
