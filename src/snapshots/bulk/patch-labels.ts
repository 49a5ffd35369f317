import { isDeepStrictEqual } from 'node:util';
import { LeftAlone } from '../../core/errors.ts';
import { hasStatus } from '../../kube/error.ts';
import { readSnapshot, type ManagedSnapshot } from '../managed.ts';
import type { SnapshotContext } from '../provider.ts';
import type { Labelled, MetadataPatch } from '../stored.ts';

/** A controller that writes an error into the status of each snapshot again and again is met by one of these. */
const maximumAttempts = 10;

/**
 * Changes the labels of a snapshot that is still as it was judged by: where only others' fields were written meanwhile, such
 * as the storage's last error, it is changed all the same. `timeZone` is that in which it was read. Throws LeftAlone when
 * it is another now, and a 409 when it is written to again and again. One that is gone needs no labels.
 */
export async function patchLabels(
  snapshot: ManagedSnapshot,
  patch: MetadataPatch,
  timeZone: string,
  context: SnapshotContext,
): Promise<void> {
  const { namespace, name, uid } = snapshot;
  let { resourceVersion } = snapshot;
  for (let attempt = 1; ; attempt++) {
    try {
      await context.snapshots.patch({ namespace, name }, { resourceVersion, ...patch }, context);
      return;
    } catch (error) {
      if (hasStatus(error, 404)) return;
      if (!hasStatus(error, 409)) throw error;
      const present = await context.snapshots.find({ namespace, name }, context);
      // A patch whose answer was lost, and that was sent again, conflicts with itself.
      if (present?.metadata.uid !== uid || hasLabels(present, patch.labels)) return;
      if (!isJudgedAlike(snapshot, readSnapshot(present, timeZone))) {
        throw new LeftAlone('it was changed since it was listed; the next run looks at it again', {
          cause: error,
        });
      }
      if (attempt === maximumAttempts) throw error;
      resourceVersion = present.metadata.resourceVersion ?? '';
    }
  }
}

/** In all that is known of a snapshot: its labels, readiness, hold, deletion, and when it was taken. */
function isJudgedAlike(one: ManagedSnapshot, other: ManagedSnapshot): boolean {
  return isDeepStrictEqual({ ...one, resourceVersion: '' }, { ...other, resourceVersion: '' });
}

function hasLabels({ metadata }: Labelled, wanted: MetadataPatch['labels'] = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => (metadata.labels?.[name] ?? null) === value);
}
