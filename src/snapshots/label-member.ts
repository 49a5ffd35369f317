import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { hasStatus } from '../kube/error.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import type { SnapshotRequest } from './csi.ts';

/**
 * Gives a member of a group, which the snapshot controller has made, all that a snapshot of ours has. The controller
 * writes to it at the same time, and no more when it is ready. Throws UserError 'snapshot' when it is not there any more.
 */
export async function labelMember(request: SnapshotRequest, { kube, signal }: Context): Promise<void> {
  const { namespace, name, labels, annotations } = request;
  for (;;) {
    const present = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    if (!present || present.metadata.deletionTimestamp !== undefined) throw deleted(request);
    const { resourceVersion } = present.metadata;
    try {
      const metadata = { resourceVersion, labels, annotations };
      await kube.patch(volumeSnapshots, { namespace, name }, { metadata }, { signal });
      return;
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  }
}

function deleted({ namespace, name }: SnapshotRequest): UserError {
  return new UserError(
    'snapshot',
    `VolumeSnapshot '${name}' in namespace '${namespace}' was deleted while it was being made; run the backup again`,
  );
}
