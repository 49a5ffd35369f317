import { messageOf, PartialError, UserError } from '../core/errors.ts';
import { freshDeadline } from '../kube/deadline.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { SnapshotMethod, SnapshotRequest } from '../snapshots/snapshot-method.ts';
import { atRest, type Progress } from './at-rest.ts';
import { withChanges } from './changed.ts';
import { discardUnfinished } from './discard.ts';
import { preflight, type Preflight } from './preflight.ts';
import type { BackupRequest } from './request.ts';
import type { BackupResult } from './result.ts';
import { Quiesce } from './quiesce/quiesce.ts';
import { RestLimit } from './quiesce/rest-limit.ts';
import type { UndoLog } from './quiesce/undo-log.ts';
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
  const { method, timeoutMilliseconds, restMilliseconds } = settings.quiesce;
  using rest = new RestLimit(context.clock, restMilliseconds);
  const limited = { ...context, signal: AbortSignal.any([context.signal, rest.signal]) };
  const quiesce = new Quiesce({ hooks, filesystems, method, timeoutMilliseconds }, undoLog, limited);
  const progress: Progress = { dumps: [], stage: 'snapshot' };
  try {
    const made = await atRest({ ...run, checked, quiesce, rest, undoLog, steps, progress }, limited);
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
  } catch (thrown) {
    if (thrown instanceof PartialError) throw thrown;
    // What is ended by the limit may well say something else.
    const error: unknown = rest.signal.aborted && !context.signal.aborted ? rest.signal.reason : thrown;
    rest[Symbol.dispose]();
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
