import type { Context } from '../../context.ts';
import { CancelledError, UserError } from '../../core/errors.ts';
import { isDeleting } from '../../kube/object.ts';
import { volumeSnapshots, type ObjectKey, type Resource } from '../../kube/resources.ts';
import { waitFor } from '../../kube/wait.ts';
import { sentence } from '../../core/quoted.ts';
import { reportEvery } from '../../core/report-every.ts';
import type { VolumeSnapshot } from './volume-snapshot.ts';

/** The snapshot as it was waited for; or, when the time was up, the last error that the storage reported. */
export type Awaited =
  | { readonly snapshot: VolumeSnapshot }
  | { readonly snapshot: undefined; readonly lastError: string | undefined };

/** What is waited for: the status of a VolumeGroupSnapshot has the same fields. */
export interface SnapshotKind {
  readonly kind: string;
  readonly resource: Resource;
}

export const single: SnapshotKind = { kind: 'VolumeSnapshot', resource: volumeSnapshots };

/**
 * Waits until the snapshot is as `isDone` wants it, and shows the storage's errors as they appear: they are retried for
 * ever, so only the deadline ends the waiting. `what` ends the sentence "waiting until the snapshot is …".
 * Throws UserError 'snapshot' when it is deleted meanwhile, also while a finalizer keeps it: nothing brings that one back.
 */
export async function waitForSnapshot(
  key: ObjectKey,
  what: string,
  isDone: (snapshot: VolumeSnapshot) => boolean,
  timeoutMilliseconds: number,
  context: Context,
  { kind, resource } = single,
): Promise<Awaited> {
  const { clock, kube, log } = context;
  const { namespace, name } = key;
  let lastError: string | undefined;
  const timeout = new AbortController();
  const stop = new AbortController();
  clock.sleep(timeoutMilliseconds, stop.signal).then(
    () => timeout.abort(new CancelledError(`the snapshot was not ${what} in time`)),
    () => {},
  );
  const say = (milliseconds: number): void =>
    log.info({ namespace, snapshot: name, milliseconds }, `waiting until the snapshot is ${what}`);
  void reportEvery(say, stop.signal, clock);
  const observe = (snapshot: VolumeSnapshot | undefined): boolean => {
    if (!snapshot || isDeleting(snapshot)) throw deleted(key, kind);
    const message = sentence(snapshot.status?.error?.message);
    if (message !== undefined && message !== lastError) {
      log.warn({ namespace, snapshot: name, reason: message }, 'the storage reports an error, waiting on');
      lastError = message;
    }
    return isDone(snapshot);
  };
  try {
    const signal = AbortSignal.any([context.signal, timeout.signal]);
    const snapshot = await waitFor<VolumeSnapshot>(kube, resource, key, observe, { signal });
    return { snapshot: snapshot! };
  } catch (error) {
    if (!timeout.signal.aborted || context.signal.aborted) throw error;
    return { snapshot: undefined, lastError };
  } finally {
    stop.abort();
  }
}

function deleted({ namespace, name }: ObjectKey, kind: string): UserError {
  return new UserError(
    'snapshot',
    `${kind} '${name}' in namespace '${namespace}' was deleted while it was being made; run the backup again`,
  );
}

/** What the storage says of a snapshot that is late, as part of a sentence. */
export function storageWords(lastError: string | undefined): string {
  return lastError ? `the storage says: ${lastError}` : 'the storage reports no error';
}
