import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { hasStatus } from '../kube/error.ts';
import { volumeSnapshots, type ObjectKey } from '../kube/resources.ts';
import type { VolumeSnapshot } from './csi/volume-snapshot.ts';
import { annotation, label } from './labels.ts';
import { unfinishedMark, type Unfinished } from './unfinished.ts';

/**
 * Changes what an unfinished snapshot says of itself; undefined: it is finished. One that says nothing stays as it is.
 * Throws UserError 'snapshot' when it was deleted, or has been marked as failed meanwhile.
 */
export async function changeMark(
  key: ObjectKey,
  mark: Unfinished | undefined,
  { kube, signal }: Pick<Context, 'kube' | 'signal'>,
): Promise<void> {
  for (;;) {
    const present = await kube.find<VolumeSnapshot>(volumeSnapshots, key, { signal });
    if (!present || present.metadata.deletionTimestamp !== undefined) throw spoilt(key, 'was deleted');
    const { resourceVersion, labels = {}, annotations = {} } = present.metadata;
    if (annotations[annotation.failed] !== undefined) throw spoilt(key, 'was marked as failed');
    if (labels[label.unfinished] === undefined) return;
    const value = mark ? unfinishedMark(mark) : null;
    try {
      const patch = { metadata: { resourceVersion, labels: { [label.unfinished]: value } } };
      await kube.patch(volumeSnapshots, key, patch, { signal });
      return;
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  }
}

function spoilt({ namespace, name }: ObjectKey, what: string): UserError {
  return new UserError(
    'snapshot',
    `VolumeSnapshot '${name}' in namespace '${namespace}' ${what} while it was being made; run the backup again`,
  );
}
