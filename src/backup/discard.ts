import type { Context } from '../context.ts';
import { messageOf } from '../errors.ts';
import { discardGroup } from '../snapshots/discard-group.ts';
import { markFailed } from '../snapshots/mark-failed.ts';
import type { UndoLog } from './rest/undo-log.ts';

/** All that is to be discarded by the undo log. What could not be is said, and left in it for the next run. */
export async function discardUnfinished(
  namespace: string,
  undoLog: UndoLog,
  reason: string,
  context: Context,
): Promise<void> {
  const { snapshots, groups } = undoLog.current;
  const left = {
    snapshots: await discardSnapshots(namespace, snapshots, reason, context),
    groups: await discardGroups(namespace, groups, reason, context),
  };
  for (const problem of Object.values(left).flat()) context.log.error(problem);
  await undoLog.change({
    ...(left.snapshots.length === 0 && { snapshots: [] }),
    ...(left.groups.length === 0 && { groups: [] }),
  });
}

/** Takes the tiers off all snapshots of a backup that is none. Resolves with a sentence for each that it could not change. */
export function discardSnapshots(
  namespace: string,
  names: readonly string[],
  reason: string,
  { kube, log }: Context,
): Promise<readonly string[]> {
  return problemsOfEach(names, async (name) => {
    try {
      await markFailed({ namespace, name }, reason, kube);
      log.warn({ namespace, snapshot: name, reason }, 'the snapshot is marked as failed');
      return undefined;
    } catch (error) {
      return `VolumeSnapshot '${name}' in namespace '${namespace}' could not be marked as failed (${messageOf(error)}) and may still have its tier labels; the next backup tries again`;
    }
  });
}

/** Deletes groups whose backup is none, with their members. Resolves with a sentence for each that it could not delete. */
export function discardGroups(
  namespace: string,
  names: readonly string[],
  reason: string,
  { kube, clock, log }: Context,
): Promise<readonly string[]> {
  return problemsOfEach(names, async (name) => {
    try {
      await discardGroup({ namespace, name }, reason, { kube, clock });
      log.warn({ namespace, groupSnapshot: name, reason }, 'the group snapshot is discarded');
      return undefined;
    } catch (error) {
      return `VolumeGroupSnapshot '${name}' in namespace '${namespace}' could not be discarded (${messageOf(error)}); the next backup tries again`;
    }
  });
}

async function problemsOfEach(
  names: readonly string[],
  discard: (name: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const problems = await Promise.all(names.map(discard));
  return problems.filter((problem) => problem !== undefined);
}
