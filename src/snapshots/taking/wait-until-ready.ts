import type { Context } from '../../context.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import type { SnapshotKey } from '../stored.ts';
import type { StoredKind } from './awaited-kind.ts';
import { isReady } from '../labels.ts';
import { markFailed } from '../mark-failed.ts';
import { storageWords } from '../storage-errors.ts';
import { waitForSnapshot } from './wait-for-snapshot.ts';

/**
 * Waits until the snapshot is ready. One that is not by then is marked as failed and loses its tiers; one that was deleted
 * meanwhile is an error too. Throws UserError 'snapshot'.
 */
export async function waitUntilReady(
  kind: StoredKind,
  key: SnapshotKey,
  timeoutMilliseconds: number,
  context: Context,
): Promise<void> {
  const end = await waitForSnapshot(kind, key, 'ready', isReady, timeoutMilliseconds, context);
  if (!end.snapshot) await giveUp(kind, key, timeoutMilliseconds, end.lastError, context);
}

/** It may have become ready in the last moment: then the patch meets another version, and the truth is read again. */
async function giveUp(
  of: StoredKind,
  key: SnapshotKey,
  timeoutMilliseconds: number,
  lastError: string | undefined,
  { kube, clock }: Context,
): Promise<void> {
  const late = `not ready after ${Math.round(timeoutMilliseconds / 1000)} s`;
  const words = storageWords(lastError);
  const { kind, store } = of;
  const place = of.placeOf(key);
  let outcome = 'it is marked as failed';
  let cause: unknown;
  try {
    const ready = await markFailed(key, `${late}; ${words}`, { snapshots: store, kube, clock }, isReady);
    if (ready) return;
  } catch (error) {
    outcome = `it could not be marked as failed (${messageOf(error)}) and may still have its tier labels`;
    cause = error;
  }
  // What has become of it stands before the storage's words: who cuts a long message cuts those.
  throw new UserError(
    'snapshot',
    `${kind} '${key.name}' in namespace '${key.namespace}' was ${late}; ${outcome}, describe it with: kubectl -n ${place.namespace} describe ${store.words.resource} ${place.name}; ${words}`,
    { cause },
  );
}
