import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { reportEvery } from '../../core/report-every.ts';
import { Deadline } from '../../kube/deadline.ts';
import type { KubeObject } from '../../kube/object.ts';
import { waitFor } from '../../kube/wait.ts';
import { StorageErrors } from '../storage-errors.ts';
import type { SnapshotKey, StoredSnapshot } from '../stored.ts';
import type { AwaitedKind } from './awaited-kind.ts';

/** The snapshot as it was waited for; or, when the time was up, the last error that the storage reported. */
export type Awaited =
  | { readonly snapshot: StoredSnapshot }
  | { readonly snapshot: undefined; readonly lastError: string | undefined };

/**
 * Waits until the snapshot is as `isDone` wants it, and shows the storage's errors as they appear: they are retried for
 * ever, so only the deadline ends the waiting. `what` ends the sentence "waiting until the snapshot is …".
 * Throws UserError 'snapshot' when it is deleted meanwhile, also while a finalizer keeps it: nothing brings that one back.
 */
export async function waitForSnapshot(
  kind: AwaitedKind,
  key: SnapshotKey,
  what: string,
  isDone: (snapshot: StoredSnapshot) => boolean,
  timeoutMilliseconds: number,
  context: Context,
): Promise<Awaited> {
  const { clock, kube, log, signal } = context;
  const { namespace, name } = key;
  const errors = new StorageErrors(key, log);
  let seen: StoredSnapshot | undefined;
  const observe = (object: KubeObject | undefined): boolean => {
    seen = object && kind.read(object);
    if (!seen || seen.metadata.deletionTimestamp !== undefined) throw deleted(key, kind);
    errors.see(seen.error?.message);
    return isDone(seen);
  };
  using deadline = new Deadline(clock, timeoutMilliseconds, signal, `the snapshot was not ${what}`);
  using _reports = reportEvery(
    (milliseconds) =>
      log.info({ namespace, snapshot: name, milliseconds }, `waiting until the snapshot is ${what}`),
    clock,
  );
  try {
    await waitFor(kube, kind.resource, kind.placeOf(key), observe, deadline);
    return { snapshot: seen! };
  } catch (error) {
    if (signal.aborted || error !== deadline.signal.reason) throw error;
    return { snapshot: undefined, lastError: errors.last };
  }
}

function deleted({ namespace, name }: SnapshotKey, { kind }: AwaitedKind): UserError {
  return new UserError(
    'snapshot',
    `${kind} '${name}' in namespace '${namespace}' was deleted while it was being made; run the backup again`,
  );
}
