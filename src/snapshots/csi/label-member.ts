import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { againOnConflict } from '../../kube/again-on-conflict.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import type { SnapshotRequest } from './volume-snapshot.ts';

/**
 * Gives a member of a group, which the snapshot controller has made, all that a snapshot of ours has. The controller
 * writes to it at the same time, and no more when it is ready. Throws UserError 'snapshot' when it is not there any more, and
 * a 409 when it is changed again and again.
 */
export async function labelMember(request: SnapshotRequest, { kube, signal }: Context): Promise<void> {
  const { namespace, name, labels, annotations } = request;
  await againOnConflict(async () => {
    const present = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    if (!present || present.metadata.deletionTimestamp !== undefined) throw deleted(request);
    const { resourceVersion } = present.metadata;
    const metadata = { resourceVersion, labels, annotations };
    await kube.patch(volumeSnapshots, { namespace, name }, { metadata }, { signal });
  });
}

function deleted({ namespace, name }: SnapshotRequest): UserError {
  return new UserError(
    'snapshot',
    `VolumeSnapshot '${name}' in namespace '${namespace}' was deleted while it was being made; run the backup again`,
  );
}
