import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { Deadline } from '../kube/deadline.ts';
import { isDeleting, type KubeObject } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import { waitFor } from '../kube/wait.ts';
import { stored, type VolumeSnapshot } from '../snapshots/csi/volume-snapshot.ts';
import { StorageErrors, storageWords } from '../snapshots/storage-errors.ts';
import { isReady } from '../snapshots/labels.ts';

/**
 * Waits until a VolumeSnapshot says that it is ready, and bound to this content. Errors of the controllers are retried by
 * them and shown as they appear; only the time ends the waiting. Throws UserError 'snapshot'.
 */
export async function waitUntilBound(
  snapshot: KubeObject,
  content: string,
  milliseconds: number,
  context: Context,
): Promise<void> {
  const { kube, clock, signal } = context;
  const { namespace, name = '' } = snapshot.metadata;
  const what = `VolumeSnapshot '${name}' in namespace '${namespace}'`;
  const errors = new StorageErrors({ namespace: namespace ?? '', name }, context.log);
  using deadline = new Deadline(clock, milliseconds, signal, `${what} was not bound`);
  try {
    const isDone = observer(snapshot, content, errors);
    await waitFor<VolumeSnapshot>(kube, volumeSnapshots, { namespace, name }, isDone, deadline);
  } catch (error) {
    if (signal.aborted || error !== deadline.signal.reason) throw error;
    throw new UserError(
      'snapshot',
      `${what} was not ready and bound to '${content}' after ${milliseconds / 1000} s, ${storageWords(errors.last)}; nothing is lost, run the command again to wait on`,
      { cause: error },
    );
  }
}

function observer(
  { metadata: { namespace, name, uid } }: KubeObject,
  content: string,
  errors: StorageErrors,
) {
  return (snapshot: VolumeSnapshot | undefined): boolean => {
    if (!snapshot || snapshot.metadata.uid !== uid || isDeleting(snapshot)) {
      throw new UserError(
        'snapshot',
        `VolumeSnapshot '${name}' in namespace '${namespace}' was deleted while it was being bound; run the command again`,
      );
    }
    errors.see(snapshot.status?.error?.message);
    return isReady(stored(snapshot)) && snapshot.status?.boundVolumeSnapshotContentName === content;
  };
}
