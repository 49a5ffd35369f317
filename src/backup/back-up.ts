import type { Context } from '../context.ts';
import type { Dump } from '../databases/database.ts';
import { takeDumps } from '../databases/take-dumps.ts';
import { messageOf, PartialError, ProblemsError, UserError } from '../core/errors.ts';
import { freshDeadline } from '../kube/deadline.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { SnapshotMethod, SnapshotRequest } from '../snapshots/snapshot-method.ts';
import { label } from '../snapshots/labels.ts';
import { withChanges, type Changed } from './changed.ts';
import { discardUnfinished } from './discard.ts';
import { preflight, type Preflight } from './preflight.ts';
import type { BackupRequest } from './request.ts';
import type { BackupResult } from './result.ts';
import { Quiesce } from './quiesce/quiesce.ts';
import type { UndoLog } from './quiesce/undo-log.ts';
import { settleUnfinished } from './settle-unfinished.ts';
import { snapshotRequests } from './snapshot-requests.ts';
import { stayOf } from './stay.ts';
import type { Steps } from './steps.ts';
import { waitUntilAllReady } from './wait-until-all-ready.ts';

/** How long it may take to say of all snapshots that they are a backup, after the run's own signal was aborted. */
const completeMilliseconds = 20_000;

interface Run extends BackupRequest {
  readonly namespace: string;
}

/** The backup itself, once nothing else does one in the namespace. */
export async function backUp(
  run: Run,
  undoLog: UndoLog,
  steps: Steps,
  context: SnapshotContext,
): Promise<BackupResult> {
  const { namespace, settings } = run;
  const checked = await steps.run('preflight', 'preflight', 'Checking what the backup stands on', () =>
    preflight(namespace, settings, context),
  );
  context.log.info({ namespace, ...described(checked) }, 'checked');

  const { hooks, filesystems } = checked;
  const { method, timeoutMilliseconds } = settings.quiesce;
  const quiesce = new Quiesce({ hooks, filesystems, method, timeoutMilliseconds }, undoLog, context);
  const progress: Progress = { dumps: [], stage: 'snapshot' };
  try {
    const made = await atRest({ ...run, checked, quiesce, undoLog, steps, progress }, context);
    const snapshots = await waitUntilAllReady(made.requests, settings.snapshot, steps, context);
    const problems = [...made.problems, ...(await complete(made.method, undoLog, context))];
    const [{ labels }] = made.requests as readonly [SnapshotRequest];
    const result = {
      namespace,
      backup: progress.backup,
      dryRun: false,
      dumps: progress.dumps,
      snapshots,
      stays: stayOf(labels),
      seconds: steps.summary(),
    };
    if (problems.length === 0) return result;
    throw new PartialError(
      `The backup is complete, but not all that it changed is as before: ${problems.join('; ')}`,
      result,
    );
  } catch (error) {
    if (error instanceof PartialError) throw error;
    const { problems: notUndone } = await quiesce.release();
    const reason = error instanceof UserError ? error.message : 'the backup failed';
    const { backup, dumps, stage } = progress;
    if (backup !== undefined) await discardUnfinished(backup, { namespace, reason }, undoLog, context);
    const paths = dumps.map(({ path }) => path);
    if (paths.length > 0)
      context.log.warn({ namespace, paths }, 'these dumps are new, and in no snapshot of this backup');
    const told = withChanges(error, { dumps, notUndone, stage });
    if (told === error) for (const problem of notUndone) context.log.error(problem);
    throw told;
  }
}

/**
 * All snapshots are ready: from here on neither a stop nor a failure makes them less of a backup, and what cannot be noted
 * now the next run finds out. Resolves with a sentence for each.
 */
async function complete(
  method: SnapshotMethod,
  undoLog: UndoLog,
  context: SnapshotContext,
): Promise<readonly string[]> {
  using deadline = freshDeadline(context.clock, completeMilliseconds);
  try {
    await method.complete({ ...context, signal: deadline.signal });
    await undoLog.change({ snapshots: [] });
    return [];
  } catch (error) {
    return [`that it is complete could not be noted, which the next backup does: ${messageOf(error)}`];
  }
}

/** Flat, for a line of the log. */
function described({ plan: { volumes, groupClass }, databases }: Preflight): Record<string, string> {
  const listed = (words: readonly string[]) => [...new Set(words)].join(',');
  const pods = databases.map(({ checked }) => checked.container.pod);
  return {
    pvc: listed(volumes.map(({ pvc }) => pvc)),
    ...(pods.length > 0 && { pod: listed(pods) }),
    class: groupClass ?? listed(volumes.map(({ className }) => className)),
    deletionPolicy: listed(volumes.map(({ deletionPolicy }) => deletionPolicy)),
  };
}

/** How far a backup has come. */
interface Progress {
  /** Its id, before any of its snapshots is made. */
  backup?: string;
  readonly dumps: Dump[];
  stage: Changed['stage'];
}

interface Work extends Run {
  readonly progress: Progress;
  readonly checked: Preflight;
  readonly quiesce: Quiesce;
  readonly undoLog: UndoLog;
  readonly steps: Steps;
}

interface Made {
  readonly requests: readonly SnapshotRequest[];
  readonly method: SnapshotMethod;
  /** What could not be undone; a sentence each. */
  readonly problems: readonly string[];
}

/**
 * From the first hook to the last: all that is done while the app is at rest, which the caller sees to that it is no more
 * when this throws. Where a moment in time matters, because the app is at rest for it or there are several volumes, the
 * snapshots say that they are unfinished until they are known to be of one: those of a run that fails, or is killed, are
 * found by that.
 */
async function atRest(work: Work, context: SnapshotContext): Promise<Made> {
  const { namespace, settings, checked, quiesce, undoLog, steps, progress } = work;
  const { method, timeoutMilliseconds } = settings.quiesce;
  const { hooks, plan } = checked;
  const { volumes } = plan;
  if (hooks.length > 0) await steps.run('hooks', 'preflight', 'Running the hooks', () => quiesce.runHooks());
  progress.stage = 'dump';
  await dumpAll(namespace, checked, progress.dumps, steps, context);
  progress.stage = 'snapshot';
  const isAtRest = quiesce.isHeld || method === 'fsfreeze';
  const requests = await steps.run('labels', 'snapshot', 'Finding out which labels are due', async () => {
    // A plain backup of one volume makes none that is unfinished, so it leaves none behind.
    if (isAtRest || volumes.length > 1 || undoLog.current.snapshots.length > 0) {
      await settleLeftovers(namespace, undoLog, context);
    }
    return snapshotRequests({ ...work, dumps: progress.dumps, volumes }, context);
  });
  progress.backup = requests[0]?.labels[label.backup] ?? '';
  const { waitUntilReady: isAwaited, readyTimeoutMilliseconds } = settings.snapshot;
  const snapshotMethod = plan.method(requests, { isAtRest, isAwaited, readyTimeoutMilliseconds });
  await undoLog.change(snapshotMethod.undo);
  const since = context.clock.monotonic();
  if (method !== 'none') {
    await steps.run('quiesce', 'preflight', 'Bringing the filesystems to rest', () =>
      quiesce.quiesceFilesystems(),
    );
  }
  const still = { ...context, signal: AbortSignal.any([context.signal, quiesce.lost]) };
  await snapshotMethod.create(steps, still);
  if (snapshotMethod.isSameMoment) {
    await steps.run('cut', 'snapshot', 'Waiting until the snapshots are cut', () =>
      snapshotMethod.waitUntilCut(timeoutMilliseconds, since, still),
    );
  }
  const { problems, wasFrozen } = await steps.always('release', () => quiesce.release());
  if (!wasFrozen) throw thawedEarly(namespace);
  const taken = await snapshotMethod.finish(steps, context);
  const isAlready = !isAwaited || taken.length === 1;
  await undoLog.change({ groups: [], snapshots: isAlready ? [] : taken.map(({ name }) => name) });
  return { requests: taken, method: snapshotMethod, problems };
}

/** Which tiers are free can be said when nothing has them that is no backup. Throws UserError 'snapshot'. */
async function settleLeftovers(namespace: string, undoLog: UndoLog, context: SnapshotContext): Promise<void> {
  const reason = 'the backup was killed before all its snapshots were ready and known to be of one moment';
  const problems = await settleUnfinished({ namespace, reason }, context);
  if (problems.length > 0) throw new ProblemsError('snapshot', problems);
  await undoLog.change({ snapshots: [] });
}

function thawedEarly(namespace: string): UserError {
  return new UserError(
    'snapshot',
    `A filesystem of namespace '${namespace}' thawed before the snapshots were cut, so they may not fit together; run the backup again`,
  );
}

/** `dumps` gets all that were made, also when a later one fails. */
async function dumpAll(
  namespace: string,
  { databases }: Preflight,
  dumps: Dump[],
  steps: Steps,
  context: Context,
): Promise<void> {
  const { log } = context;
  for (const { server, checked } of databases) {
    const { engine } = server;
    log.info({ namespace, pod: checked.container.pod, engine }, 'dumping');
    const step = databases.length === 1 ? 'dump' : `dump ${engine}`;
    const made = await steps.run(step, 'dump', 'The dump', () => takeDumps(server, checked, context));
    for (const { path, bytes, startedAt, completedAt } of made) {
      const milliseconds = Date.parse(completedAt) - Date.parse(startedAt);
      log.info({ namespace, engine, path, bytes, milliseconds }, 'dumped');
    }
    dumps.push(...made);
  }
}
