import type { SnapshotContext } from '../snapshots/provider.ts';
import { freshDeadline } from '../kube/deadline.ts';
import type { UndoLog } from './quiesce/undo-log.ts';
import { settleBackup, type Settling } from './settle-unfinished.ts';

/** How long it may take, after the run's own signal was aborted. */
const limitMilliseconds = 20_000;

/**
 * Takes the tiers off all snapshots of our own backup, unless that is complete after all. Never rejects: what could not be
 * changed is said, and still says of itself that it is unfinished, which the next run sees to.
 */
export async function discardUnfinished(
  backup: string,
  settling: Settling,
  undoLog: UndoLog,
  context: SnapshotContext,
): Promise<void> {
  const { namespace, reason } = settling;
  using deadline = freshDeadline(context.clock, limitMilliseconds);
  const fresh = { ...context, signal: deadline.signal };
  try {
    const { groups } = undoLog.current;
    const groupProblems = await context.snapshots.discardGroups(namespace, groups, reason, fresh);
    const problems = await settleBackup(backup, settling, fresh);
    for (const problem of [...groupProblems, ...problems]) context.log.error(problem);
    await undoLog.change({
      ...(groupProblems.length === 0 && { groups: [] }),
      ...(problems.length === 0 && { snapshots: [] }),
    });
  } catch (error) {
    context.log.error(error);
  }
}
