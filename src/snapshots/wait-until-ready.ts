import { CancelledError, messageOf, UserError } from '../errors.ts';
import { hasStatus } from '../kube/error.ts';
import type { ObjectKey } from '../kube/resources.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import { waitFor } from '../kube/wait.ts';
import type { Context } from '../context.ts';
import type { VolumeSnapshot } from './csi.ts';
import { annotation, isReady, label } from './labels.ts';
import { tiers } from '../tiers.ts';

/** How long the mark on a failed snapshot may take, which is set after the run's own signal was aborted. */
const markTimeoutMilliseconds = 20_000;
const sayEveryMilliseconds = 30_000;

/**
 * Waits until the snapshot is ready, and shows the storage's errors as they appear: they are retried for ever,
 * so only the deadline ends the waiting. A snapshot that is not ready by then is marked as failed and loses its tiers;
 * one that was deleted meanwhile is an error too. Throws UserError 'snapshot'.
 */
export async function waitUntilReady(
  snapshot: VolumeSnapshot,
  timeoutMilliseconds: number,
  context: Context,
): Promise<VolumeSnapshot> {
  const key = { namespace: snapshot.metadata.namespace, name: snapshot.metadata.name ?? '' };
  const lastError: { message?: string } = {};
  const timeout = new AbortController();
  const stop = new AbortController();
  context.clock.sleep(timeoutMilliseconds, stop.signal).then(
    () => timeout.abort(new CancelledError('the snapshot was not ready in time')),
    () => {},
  );
  void sayNowAndThen(key, stop.signal, context);
  try {
    const observe = observer(key, lastError, context);
    const signal = AbortSignal.any([context.signal, timeout.signal]);
    return (await waitFor<VolumeSnapshot>(context.kube, volumeSnapshots, key, observe, { signal }))!;
  } catch (error) {
    if (!timeout.signal.aborted || context.signal.aborted) throw error;
    return await giveUp(key, timeoutMilliseconds, lastError.message, context);
  } finally {
    stop.abort();
  }
}

/** For whoever follows the log of a storage that copies for hours. */
async function sayNowAndThen(key: ObjectKey, stopped: AbortSignal, { clock, log }: Context): Promise<void> {
  const start = clock.monotonic();
  try {
    for (;;) {
      await clock.sleep(sayEveryMilliseconds, stopped);
      const milliseconds = Math.round(clock.monotonic() - start);
      log.info(
        { namespace: key.namespace, snapshot: key.name, milliseconds },
        'waiting until the snapshot is ready',
      );
    }
  } catch {
    // Stopped: the waiting is over.
  }
}

function observer(key: ObjectKey, lastError: { message?: string }, { log }: Context) {
  return (snapshot: VolumeSnapshot | undefined): boolean => {
    if (!snapshot) {
      throw new UserError(
        'snapshot',
        `VolumeSnapshot '${key.name}' in namespace '${key.namespace}' was deleted while it was being made; run the backup again`,
      );
    }
    const message = snapshot.status?.error?.message;
    if (message && message !== lastError.message) {
      log.warn(
        { namespace: key.namespace, snapshot: key.name, reason: message },
        'the storage reports an error, waiting on',
      );
    }
    if (message) lastError.message = message;
    return isReady(snapshot);
  };
}

/** It may have become ready in the last moment: then the patch meets another version, and the truth is read again. */
async function giveUp(
  key: ObjectKey,
  timeoutMilliseconds: number,
  lastError: string | undefined,
  context: Context,
): Promise<VolumeSnapshot> {
  const seconds = Math.round(timeoutMilliseconds / 1000);
  const words = lastError ? `the storage says: ${lastError}` : 'the storage reports no error';
  let outcome = 'it is marked as failed';
  let cause: unknown;
  try {
    const ready = await markUnlessReady(key, `not ready after ${seconds} s; ${words}`, context);
    if (ready) return ready;
  } catch (error) {
    outcome = `it could not be marked as failed (${messageOf(error)}) and may still have its tier labels`;
    cause = error;
  }
  throw new UserError(
    'snapshot',
    `VolumeSnapshot '${key.name}' in namespace '${key.namespace}' was not ready after ${seconds} s, ${words}; ${outcome}, describe it with: kubectl -n ${key.namespace} describe volumesnapshot ${key.name}`,
    { cause },
  );
}

/** The snapshot, when it has become ready. */
async function markUnlessReady(
  key: ObjectKey,
  reason: string,
  { kube }: Context,
): Promise<VolumeSnapshot | undefined> {
  const signal = AbortSignal.timeout(markTimeoutMilliseconds);
  for (;;) {
    const snapshot = await kube.get<VolumeSnapshot>(volumeSnapshots, key, { signal });
    if (isReady(snapshot)) return snapshot;
    try {
      await kube.patch(volumeSnapshots, key, failedPatch(snapshot, reason), { signal });
      return undefined;
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
  }
}

/** Null takes a label away; the resourceVersion makes the patch conditional. */
function failedPatch({ metadata }: VolumeSnapshot, reason: string): Record<string, unknown> {
  return {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      labels: Object.fromEntries(tiers.map((tier) => [label[tier], null])),
      annotations: { [annotation.failed]: reason },
    },
  };
}
