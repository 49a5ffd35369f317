import type { Context } from '../../context.ts';
import { messageOf, ProblemsError } from '../../core/errors.ts';
import type { CreateSettings } from '../settings/create.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import { findFilesystems } from './filesystem.ts';
import { runAfter } from './hook.ts';
import { thaw } from './freeze.ts';
import type { UndoLog } from './undo-log.ts';

/**
 * Undoes what a backup that was killed has left: filesystems that are frozen, an app that is at rest, and groups whose
 * members are nobody's. Of the note only that is believed which a backup of these settings does anyway: one of its own PVCs
 * is thawed, one of its own hooks is run; and a group must say of itself that it is unfinished. Its snapshots are found
 * without the note. Throws UserError 'preflight' when something cannot be undone.
 */
export async function undoLeftovers(
  namespace: string,
  settings: CreateSettings,
  undoLog: UndoLog,
  context: SnapshotContext,
): Promise<void> {
  undoLog.leaveFrozen(undoLog.current.frozen.filter((pvc) => !settings.pvcs.includes(pvc)));
  if (undoLog.isEmpty) return;
  const { hooks, frozen, snapshots, groups } = undoLog.current;
  context.log.warn(
    { namespace, hooks, frozen, snapshots, groups },
    'an earlier backup was killed, undoing what it left',
  );
  const reason = 'the backup was killed before all members of its group had their labels';
  const undo = {
    frozen: () => thawAll(namespace, frozen, settings.quiesce.container, context),
    hooks: () => wake(namespace, hooks, settings, context),
    groups: () => context.snapshots.discardGroups(namespace, groups, reason, context),
  };
  const problems: string[] = [];
  for (const part of ['frozen', 'hooks', 'groups'] as const) {
    const left = await undo[part]();
    if (left.length === 0) await undoLog.change({ [part]: [] });
    problems.push(...left);
  }
  if (problems.length > 0) throw new ProblemsError('preflight', problems);
}

async function thawAll(
  namespace: string,
  pvcs: readonly string[],
  container: string | undefined,
  context: Context,
): Promise<readonly string[]> {
  if (pvcs.length === 0) return [];
  const filesystems = await findFilesystems(namespace, pvcs, container, context);
  if ('problems' in filesystems) return filesystems.problems;
  return failuresOf(filesystems.found.map((filesystem) => () => thaw(filesystem, context)));
}

/** By the hooks of today's settings: a command is never read from the cluster, where others could have put it. */
async function wake(
  namespace: string,
  names: readonly string[],
  { quiesce }: CreateSettings,
  context: Context,
): Promise<readonly string[]> {
  const unknown = names.filter((name) => !quiesce.hooks.some((hook) => hook.name === name));
  const known = quiesce.hooks.filter(({ name }) => names.includes(name)).toReversed();
  const run = { namespace, reason: 'preflight' } as const;
  const failures = await failuresOf(known.map((hook) => () => runAfter(hook, undefined, run, context)));
  return [
    ...failures,
    ...unknown.map(
      (name) =>
        `A backup of namespace '${namespace}' was killed after its hook '${name}', which ⟪hooks⟫ does not have any more; undo by hand what it did, then: kubectl -n ${namespace} annotate lease backup-ns backup-ns.sh/quiesced-`,
    ),
  ];
}

async function failuresOf(acts: readonly (() => Promise<void>)[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const act of acts) {
    try {
      await act();
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  return failures;
}
