import type { Context } from '../context.ts';
import type { Dump } from '../databases/database.ts';
import { PartialError, UserError } from '../errors.ts';
import type { SnapshotRequest } from '../snapshots/csi.ts';
import { label } from '../snapshots/labels.ts';
import { configuredDatabases } from './databases.ts';
import { discardUnfinished } from './discard.ts';
import { preflight, type Preflight } from './preflight.ts';
import type { BackupRequest } from './request.ts';
import type { BackupResult } from './result.ts';
import { Rest } from './rest/rest.ts';
import type { UndoLog } from './rest/undo-log.ts';
import { snapshotRequests } from './snapshot-requests.ts';
import { stayOf } from './stay.ts';
import type { Steps } from './steps.ts';
import { GroupTaking } from './take-group.ts';
import { takeEach } from './take-snapshots.ts';
import { waitUntilAllReady } from './wait-until-all-ready.ts';

interface Run extends BackupRequest {
  readonly namespace: string;
}

/** The backup itself, once nothing else does one in the namespace. */
export async function backUp(
  run: Run,
  undoLog: UndoLog,
  steps: Steps,
  context: Context,
): Promise<BackupResult> {
  const { namespace, settings } = run;
  const databases = configuredDatabases(settings, context);
  const checked = await steps.run('preflight', 'preflight', 'Checking what the backup stands on', () =>
    preflight(namespace, settings, databases, context),
  );
  context.log.info({ namespace, ...described(checked) }, 'checked');

  const { dumps, requests, problems } = await atRest(run, checked, undoLog, steps, context);
  const snapshots = await waitUntilAllReady(requests, settings.snapshot, steps, context);
  const [{ labels }] = requests as [SnapshotRequest];
  const backup = labels[label.backup];
  const stays = stayOf(labels);
  context.log.info({ namespace, backup, stays }, 'the backup is complete');
  const result = { namespace, backup, dryRun: false, dumps, snapshots, stays, seconds: steps.summary() };
  if (problems.length === 0) return result;
  throw new PartialError(
    `The backup is complete, but not all that it changed is as before: ${problems.join('; ')}`,
    result,
  );
}

/** Flat, for a line of the log. */
function described({ volumes, group, databases }: Preflight): Record<string, string> {
  const listed = (words: readonly string[]) => [...new Set(words)].join(',');
  const pods = databases.map(({ checked }) => checked.container.pod);
  return {
    pvc: listed(volumes.map(({ pvc }) => pvc)),
    ...(pods.length > 0 && { pod: listed(pods) }),
    class: group ? group.snapshotClass.name : listed(volumes.map(({ snapshotClass }) => snapshotClass.name)),
    deletionPolicy: listed(volumes.map(({ snapshotClass }) => snapshotClass.deletionPolicy)),
  };
}

interface Made {
  readonly dumps: readonly Dump[];
  readonly requests: readonly SnapshotRequest[];
  /** What could not be undone; a sentence each. */
  readonly problems: readonly string[];
}

/**
 * From the first hook to the last: all that is done while the app is at rest, which it surely is no more afterwards.
 * Where a moment in time matters, because the app is at rest for it or there are several volumes, snapshots that failed it
 * are marked as such: by us, or by the next run.
 */
async function atRest(
  run: Run,
  checked: Preflight,
  undoLog: UndoLog,
  steps: Steps,
  context: Context,
): Promise<Made> {
  const { namespace, settings } = run;
  const { method, timeoutMilliseconds } = settings.quiesce;
  const { hooks, filesystems, volumes } = checked;
  const rest = new Rest({ hooks, filesystems, method, timeoutMilliseconds }, undoLog, context);
  try {
    if (hooks.length > 0) await steps.run('hooks', 'preflight', 'Running the hooks', () => rest.runHooks());
    const dumps = await dumpAll(namespace, checked, steps, context);
    const requests = await steps.run('labels', 'snapshot', 'Finding out which labels are due', () =>
      snapshotRequests({ ...run, dumps, volumes }, context),
    );
    const taking = checked.group
      ? new GroupTaking(checked.group, requests, settings.snapshot.readyTimeoutMilliseconds)
      : takeEach(requests, rest.isHeld || method === 'fsfreeze');
    await undoLog.change(taking.undo);
    const since = context.clock.monotonic();
    if (method !== 'none') {
      await steps.run('quiesce', 'preflight', 'Bringing the filesystems to rest', () => rest.quiesce());
    }
    const still = { ...context, signal: AbortSignal.any([context.signal, rest.lost]) };
    await taking.create(steps, still);
    if (taking.isOneMoment) {
      await steps.run('cut', 'snapshot', 'Waiting until the snapshots are cut', () =>
        taking.waitUntilCut(timeoutMilliseconds, since, still),
      );
    }
    const { problems, wasFrozen } = await steps.always('release', () => rest.release());
    if (!wasFrozen) throw thawedEarly(namespace);
    const taken = await taking.finish(steps, context);
    await undoLog.change({ snapshots: [], groups: [] });
    return { dumps, requests: taken, problems };
  } catch (error) {
    const { problems } = await rest.release();
    for (const problem of problems) context.log.error(problem);
    const reason = error instanceof UserError ? error.message : 'the backup failed';
    await discardUnfinished(namespace, undoLog, reason, context).catch((failure: unknown) =>
      context.log.error(failure),
    );
    throw error;
  }
}

function thawedEarly(namespace: string): UserError {
  return new UserError(
    'snapshot',
    `A filesystem of namespace '${namespace}' thawed before the snapshots were cut, so they may not fit together; run the backup again`,
  );
}

async function dumpAll(
  namespace: string,
  { databases }: Preflight,
  steps: Steps,
  { log }: Context,
): Promise<readonly Dump[]> {
  const dumps: Dump[] = [];
  for (const { database, checked } of databases) {
    const { engine } = database;
    log.info({ namespace, pod: checked.container.pod, engine }, 'dumping');
    const step = databases.length === 1 ? 'dump' : `dump ${engine}`;
    const made = await steps.run(step, 'dump', 'The dump', () => database.dump(checked));
    for (const { path, bytes, startedAt, completedAt } of made) {
      const milliseconds = Date.parse(completedAt) - Date.parse(startedAt);
      log.info({ namespace, engine, path, bytes, milliseconds }, 'dumped');
    }
    dumps.push(...made);
  }
  return dumps;
}
