import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import { Deadline } from '../kube/deadline.ts';
import { discardGroup } from '../snapshots/csi/discard-group.ts';
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
  context: Context,
): Promise<void> {
  const { namespace, reason } = settling;
  const { signal: never } = new AbortController();
  using deadline = new Deadline(context.clock, limitMilliseconds, never, 'There was no answer');
  const fresh = { ...context, signal: deadline.signal };
  try {
    const { groups } = undoLog.current;
    const groupProblems = await discardGroups(namespace, groups, reason, fresh);
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

/** Deletes groups whose backup is none, with their members. Resolves with a sentence for each that it could not delete. */
export async function discardGroups(
  namespace: string,
  names: readonly string[],
  reason: string,
  { kube, clock, log }: Context,
): Promise<readonly string[]> {
  const problems = await Promise.all(
    names.map(async (name) => {
      try {
        const isDiscarded = await discardGroup({ namespace, name }, reason, { kube, clock });
        const fields = { namespace, groupSnapshot: name, reason };
        if (isDiscarded) log.warn(fields, 'the group snapshot is discarded');
        else log.warn(fields, 'the group snapshot does not say that it is unfinished, it is left as it is');
        return [];
      } catch (error) {
        return [
          `VolumeGroupSnapshot '${name}' in namespace '${namespace}' could not be discarded (${messageOf(error)}); the next backup tries again`,
        ];
      }
    }),
  );
  return problems.flat();
}
