import { sentence } from '../core/quoted.ts';
import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { Deadline } from '../kube/deadline.ts';
import { isDeleting, type KubeObject } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import { waitFor } from '../kube/wait.ts';
import { stored, type VolumeSnapshot } from '../snapshots/csi/volume-snapshot.ts';
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
  const last: { error?: string } = {};
  using deadline = new Deadline(clock, milliseconds, signal, `${what} was not bound`);
  try {
    const isDone = observer(snapshot, content, last, context);
    await waitFor<VolumeSnapshot>(kube, volumeSnapshots, { namespace, name }, isDone, deadline);
  } catch (error) {
    if (signal.aborted || error !== deadline.signal.reason) throw error;
    const words = last.error ? `the storage says: ${last.error}` : 'the storage reports no error';
    throw new UserError(
      'snapshot',
      `${what} was not ready and bound to '${content}' after ${milliseconds / 1000} s, ${words}; nothing is lost, run the command again to wait on`,
      { cause: error },
    );
  }
}

function observer(
  { metadata: { namespace, name, uid } }: KubeObject,
  content: string,
  last: { error?: string },
  { log }: Context,
) {
  return (snapshot: VolumeSnapshot | undefined): boolean => {
    if (!snapshot || snapshot.metadata.uid !== uid || isDeleting(snapshot)) {
      throw new UserError(
        'snapshot',
        `VolumeSnapshot '${name}' in namespace '${namespace}' was deleted while it was being bound; run the command again`,
      );
    }
    const message = sentence(snapshot.status?.error?.message);
    if (message !== undefined && message !== last.error) {
      log.warn({ namespace, snapshot: name, reason: message }, 'the storage reports an error, waiting on');
      last.error = message;
    }
    return isReady(stored(snapshot)) && snapshot.status?.boundVolumeSnapshotContentName === content;
  };
}
