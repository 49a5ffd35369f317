import { UserError } from '../../core/errors.ts';
import { changeSnapshot } from '../change-snapshot.ts';
import type { ProviderContext } from '../provider.ts';
import type { SnapshotRequest } from '../snapshot-method.ts';
import { named } from '../stored.ts';
import { csiStore } from './store.ts';

/**
 * Gives a member of a group, which the snapshot controller has made, all that a snapshot of ours has. The controller
 * writes to it at the same time, and no more when it is ready. Throws UserError 'snapshot' when it is not there any more, and
 * a 409 when it is changed again and again.
 */
export async function labelMember(request: SnapshotRequest, context: ProviderContext): Promise<void> {
  const { labels, annotations } = request;
  await changeSnapshot(
    request,
    (present) => {
      if (!present || present.metadata.deletionTimestamp !== undefined) {
        throw new UserError(
          'snapshot',
          `${named(csiStore.words, request)} was deleted while it was being made; run the backup again`,
        );
      }
      return { labels, annotations };
    },
    { ...context, snapshots: csiStore },
  );
}
