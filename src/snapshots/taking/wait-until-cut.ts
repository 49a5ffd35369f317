import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { isReady } from '../labels.ts';
import { storageWords } from '../storage-errors.ts';
import type { SnapshotKey, StoredSnapshot } from '../stored.ts';
import type { AwaitedKind } from './awaited-kind.ts';
import { waitForSnapshot } from './wait-for-snapshot.ts';

/**
 * Waits until the storage has cut the snapshot: from then on the volume may change. It may be long until it is ready, as
 * where the data is copied elsewhere first. Throws UserError 'snapshot' when it is not in time.
 */
export async function waitUntilCut(
  kind: AwaitedKind,
  key: SnapshotKey,
  timeoutMilliseconds: number,
  context: Context,
): Promise<StoredSnapshot> {
  const end = await waitForSnapshot(kind, key, 'cut', isCut, timeoutMilliseconds, context);
  if (end.snapshot) return end.snapshot;
  throw new UserError(
    'snapshot',
    `The storage did not cut ${kind.kind} '${key.name}' in namespace '${key.namespace}' within ${timeoutMilliseconds / 1000} s, ${storageWords(end.lastError)}; look at the driver's pods, or raise ⟪quiesceTimeout⟫`,
  );
}

function isCut(snapshot: StoredSnapshot): boolean {
  return snapshot.cutAt !== undefined || isReady(snapshot);
}
