import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { Deadline } from '../../kube/deadline.ts';
import { isDeleting } from '../../kube/object.ts';
import { volumeSnapshots, type Resource } from '../../kube/resources.ts';
import { waitFor } from '../../kube/wait.ts';
import { reportEvery } from '../../core/report-every.ts';
import type { SnapshotKey } from '../stored.ts';
import { StorageErrors } from '../storage-errors.ts';
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
  key: SnapshotKey,
  what: string,
  isDone: (snapshot: VolumeSnapshot) => boolean,
  timeoutMilliseconds: number,
  context: Context,
  { kind, resource } = single,
): Promise<Awaited> {
  const { clock, kube, log, signal } = context;
  const { namespace, name } = key;
  const errors = new StorageErrors(key, log);
  const observe = (snapshot: VolumeSnapshot | undefined): boolean => {
    if (!snapshot || isDeleting(snapshot)) throw deleted(key, kind);
    errors.see(snapshot.status?.error?.message);
    return isDone(snapshot);
  };
  using deadline = new Deadline(clock, timeoutMilliseconds, signal, `the snapshot was not ${what}`);
  using _reports = reportEvery(
    (milliseconds) =>
      log.info({ namespace, snapshot: name, milliseconds }, `waiting until the snapshot is ${what}`),
    clock,
  );
  try {
    const snapshot = await waitFor<VolumeSnapshot>(kube, resource, key, observe, deadline);
    return { snapshot: snapshot! };
  } catch (error) {
    if (signal.aborted || error !== deadline.signal.reason) throw error;
    return { snapshot: undefined, lastError: errors.last };
  }
}

function deleted({ namespace, name }: SnapshotKey, kind: string): UserError {
  return new UserError(
    'snapshot',
    `${kind} '${name}' in namespace '${namespace}' was deleted while it was being made; run the backup again`,
  );
}
