import { messageOf } from '../core/errors.ts';
import { changeMark } from '../snapshots/change-mark.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { named, type Labelled, type StoredSnapshot } from '../snapshots/stored.ts';
import { label } from '../snapshots/labels.ts';
import { markFailed } from '../snapshots/mark-failed.ts';
import { unfinishedOf, verdictOn } from '../snapshots/unfinished.ts';

/** Where the snapshots are, and why those of a backup that is none are marked as failed. */
export interface Settling {
  readonly namespace: string;
  readonly reason: string;
}

/**
 * Settles every backup of the namespace whose run has ended before it was finished, which only who holds its lease may
 * say. They are found by what the snapshots say of themselves, so that no note that is lost or false decides over them.
 * Resolves with a sentence for each snapshot that could not be changed.
 */
export async function settleUnfinished(
  settling: Settling,
  context: SnapshotContext,
): Promise<readonly string[]> {
  const { namespace } = settling;
  const marked = await snapshotsWith(label.unfinished, namespace, context);
  const isKnown = (one: StoredSnapshot) => unfinishedOf(one) && backupOf(one) !== undefined;
  for (const { metadata } of marked.filter((one) => !isKnown(one))) {
    context.log.warn(
      { namespace, snapshot: metadata.name },
      `a snapshot has a label ${label.unfinished} that is none of ours, it is left as it is`,
    );
  }
  const problems: string[] = [];
  for (const backup of new Set(marked.filter(isKnown).map(backupOf))) {
    problems.push(...(await settleBackup(backup ?? '', settling, context)));
  }
  return problems;
}

/** As `settleUnfinished`, of one backup: so a run settles its own, even when another has its lease by then. */
export async function settleBackup(
  backup: string,
  { namespace, reason }: Settling,
  context: SnapshotContext,
): Promise<readonly string[]> {
  const { log } = context;
  const all = await snapshotsWith(`${label.backup}=${backup}`, namespace, context);
  const members = all.filter((one) => backupOf(one) === backup);
  const unfinished = members.filter(unfinishedOf);
  const verdict = verdictOn(members);
  if (unfinished.length > 0 && verdict === 'complete') {
    log.warn(
      { namespace, backup },
      'all snapshots of a backup that was not finished are ready, so it stands',
    );
  }
  const settle = async (name: string): Promise<void> => {
    if (verdict === 'complete') return changeMark({ namespace, name }, undefined, context);
    await markFailed({ namespace, name }, reason, context, (present) => !unfinishedOf(present));
    log.warn({ namespace, snapshot: name, reason }, 'the snapshot is marked as failed');
  };
  const problems = await Promise.all(
    unfinished.map(async ({ metadata: { name = '' } }) => {
      try {
        await settle(name);
        return [];
      } catch (error) {
        return [unsettled(named(context.snapshots.words, { namespace, name }), error)];
      }
    }),
  );
  return problems.flat();
}

function unsettled(which: string, error: unknown): string {
  return `${which} could not be marked as failed (${messageOf(error)}) and may still have its tier labels; the next backup tries again`;
}

/** What the server leaves out of a selection is checked here again. */
async function snapshotsWith(
  labelSelector: string,
  namespace: string,
  context: SnapshotContext,
): Promise<readonly StoredSnapshot[]> {
  const [name = ''] = labelSelector.split('=');
  const found = await Array.fromAsync(context.snapshots.list({ namespace, labelSelector }, context));
  return found.filter(({ metadata }) => metadata.labels?.[name] !== undefined);
}

/** Undefined for what is no value of a label, and no selector could be made of. */
function backupOf({ metadata }: Labelled): string | undefined {
  const value = metadata.labels?.[label.backup] ?? '';
  return /^[A-Za-z0-9][\w.-]{0,62}$/.test(value) ? value : undefined;
}
