import type { Context } from '../context.ts';
import { ProblemsError, UserError } from '../core/errors.ts';
import type { Dump } from '../databases/database.ts';
import { takeDumps } from '../databases/take-dumps.ts';
import { label } from '../snapshots/labels.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { SnapshotMethod, SnapshotRequest } from '../snapshots/snapshot-method.ts';
import type { Changed } from './changed.ts';
import type { Preflight } from './preflight.ts';
import type { Quiesce } from './quiesce/quiesce.ts';
import type { RestLimit } from './quiesce/rest-limit.ts';
import type { UndoLog } from './quiesce/undo-log.ts';
import type { BackupRequest } from './request.ts';
import { settleUnfinished } from './settle-unfinished.ts';
import { snapshotRequests } from './snapshot-requests.ts';
import type { Steps } from './steps.ts';

/** How far a backup has come. */
export interface Progress {
  /** Its id, before any of its snapshots is made. */
  backup?: string;
  readonly dumps: Dump[];
  stage: Changed['stage'];
}

export interface Work extends BackupRequest {
  readonly namespace: string;
  readonly progress: Progress;
  readonly checked: Preflight;
  readonly quiesce: Quiesce;
  readonly rest: RestLimit;
  readonly undoLog: UndoLog;
  readonly steps: Steps;
}

export interface Made {
  readonly requests: readonly SnapshotRequest[];
  readonly method: SnapshotMethod;
  /** What could not be undone; a sentence each. */
  readonly problems: readonly string[];
}

/**
 * From the first hook to the last: all that is done while the app is at rest. When this throws, the caller wakes the app and
 * discards what was made. Where a moment in time matters, because the app is at rest for it or there are several volumes,
 * the snapshots say that they are unfinished until they are known to be of one: those of a run that fails, or is killed,
 * are found by that.
 */
export async function atRest(work: Work, context: SnapshotContext): Promise<Made> {
  const { settings, checked, quiesce, rest, undoLog, steps, progress } = work;
  await runHooks(work);
  progress.stage = 'dump';
  await dumpAll(work, context);
  progress.stage = 'snapshot';
  const requests = await requestsDue(work, context);
  progress.backup = requests[0]?.labels[label.backup] ?? '';
  const { waitUntilReady: isAwaited, readyTimeoutMilliseconds } = settings.snapshot;
  const options = { isAtRest: isAtRestFor(work), isAwaited, readyTimeoutMilliseconds };
  const method = checked.plan.method(requests, options);
  await undoLog.change(method.undo);
  await cut(method, work, context);
  const { problems, wasFrozen } = await steps.always('release', () => quiesce.release());
  rest[Symbol.dispose]();
  if (!wasFrozen) throw thawedEarly(work.namespace);
  const taken = await method.finish(steps, context);
  const isAlready = !isAwaited || taken.length === 1;
  await undoLog.change({ groups: [], snapshots: isAlready ? [] : taken.map(({ name }) => name) });
  return { requests: taken, method, problems };
}

/** Whether the app is brought to rest for the snapshots. */
function isAtRestFor({ quiesce, settings }: Work): boolean {
  return quiesce.isHeld || settings.quiesce.method === 'fsfreeze';
}

async function runHooks({ namespace, checked, quiesce, rest, progress, steps }: Work): Promise<void> {
  if (checked.hooks.length === 0) return;
  let isAtRest = false;
  rest.begin(namespace, () => (isAtRest ? progress.stage : 'preflight'));
  await steps.run('hooks', 'preflight', 'Running the hooks', () => quiesce.runHooks());
  isAtRest = true;
}

/** What the snapshots are to be, of volumes of which nothing is left that is not a backup. */
function requestsDue(work: Work, context: SnapshotContext): Promise<SnapshotRequest[]> {
  const { checked, undoLog, steps, progress } = work;
  const { volumes } = checked.plan;
  // A plain backup of one volume makes none that is unfinished, so it leaves none behind.
  const mayHaveLeft = isAtRestFor(work) || volumes.length > 1 || undoLog.current.snapshots.length > 0;
  return steps.run('labels', 'snapshot', 'Finding out which labels are due', async () => {
    if (mayHaveLeft) await settleLeftovers(work, context);
    return snapshotRequests({ ...work, dumps: progress.dumps, volumes }, context);
  });
}

/** Brings the filesystems to rest, asks for the snapshots, and waits until the volumes may change again. */
async function cut(method: SnapshotMethod, work: Work, context: SnapshotContext): Promise<void> {
  const { settings, quiesce, steps } = work;
  const since = context.clock.monotonic();
  if (settings.quiesce.method !== 'none') {
    await steps.run('quiesce', 'preflight', 'Bringing the filesystems to rest', () =>
      quiesce.quiesceFilesystems(),
    );
  }
  const still = { ...context, signal: AbortSignal.any([context.signal, quiesce.lost]) };
  await method.create(steps, still);
  if (!method.isSameMoment) return;
  await steps.run('cut', 'snapshot', 'Waiting until the snapshots are cut', () =>
    method.waitUntilCut(settings.quiesce.timeoutMilliseconds, since, still),
  );
}

/** Which tiers are free can be said when nothing has them that is not a backup. Throws UserError 'snapshot'. */
async function settleLeftovers({ namespace, undoLog }: Work, context: SnapshotContext): Promise<void> {
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

/** The progress gets all that were made, also when a later one fails. */
async function dumpAll(
  { namespace, checked: { databases }, progress, steps }: Work,
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
    progress.dumps.push(...made);
  }
}
