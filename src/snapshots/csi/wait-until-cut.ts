import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import type { SnapshotKey } from '../stored.ts';
import { stored, type VolumeSnapshot } from './volume-snapshot.ts';
import { isReady } from '../labels.ts';
import { storageWords } from '../storage-errors.ts';
import { single, waitForSnapshot } from './wait-for-snapshot.ts';

/**
 * Waits until the storage has cut the snapshot: from then on the volume may change. It may be long until it is ready, as
 * where the data is copied elsewhere first. Throws UserError 'snapshot' when it is not in time.
 */
export async function waitUntilCut(
  key: SnapshotKey,
  timeoutMilliseconds: number,
  context: Context,
  of = single,
): Promise<VolumeSnapshot> {
  const end = await waitForSnapshot(key, 'cut', isCut, timeoutMilliseconds, context, of);
  if (end.snapshot) return end.snapshot;
  throw new UserError(
    'snapshot',
    `The storage did not cut ${of.kind} '${key.name}' in namespace '${key.namespace}' within ${timeoutMilliseconds / 1000} s, ${storageWords(end.lastError)}; look at the driver's pods, or raise ⟪quiesceTimeout⟫`,
  );
}

function isCut(snapshot: VolumeSnapshot): boolean {
  return snapshot.status?.creationTime !== undefined || isReady(stored(snapshot));
}
