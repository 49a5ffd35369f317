import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { freshDeadline } from '../kube/deadline.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { volumeSnapshotContents } from '../kube/resources.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { deletionPatch } from '../snapshots/csi/content-deletion.ts';
import { singleContents } from '../snapshots/csi/content-kind.ts';
import { holdLabelOf } from '../snapshots/hold-label.ts';
import { annotation, label } from '../snapshots/labels.ts';
import { SharedHandles } from '../snapshots/csi/shared-handles.ts';
import { retryOnConflict } from '../kube/retry-on-conflict.ts';
import { forgetDeletion } from '../snapshots/csi/retained-content.ts';
import { belongingProblem, groupProblem } from './content-problems.ts';
import { type Orphan, isOrphanNow, readOrphan } from './orphan.ts';

/**
 * Deletes a content whose VolumeSnapshot is gone, together with what it keeps in the storage, once the caller has confirmed.
 * It is looked at again right before: a content that is wanted by then stays, and retains its data as before. Killed after
 * the content was told to take its data along, the next run goes on, or has it retain again. Throws UserError 'preflight'.
 */
export async function deleteOrphan(
  name: string,
  caller: Pick<Caller<Orphan>, 'confirm'>,
  context: Context,
): Promise<Orphan> {
  const { kube, signal, log } = context;
  const found = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  if (!found) {
    throw new UserError(
      'preflight',
      `There is no VolumeSnapshotContent '${name}'; list those without a VolumeSnapshot with: backup-ns list --orphans`,
    );
  }
  const orphan = await asRetained(found, context, async () => {
    await requireUnwanted(found, context);
    const one = readOrphan(found, 'UTC');
    await caller.confirm({ sentence: `Delete ${described(one)}, and its data?`, details: one });
    await retryOnConflict(() => remove(one, context));
    return one;
  });
  const { namespace, snapshot, snapshotHandle } = orphan;
  log.info({ namespace, snapshot, content: name, snapshotHandle }, 'deleted the content and its data');
  return orphan;
}

function described({ namespace, snapshot, createdAt, tiers }: Orphan): string {
  const time = createdAt.toISOString().slice(0, 16).replace('T', ' ');
  const buckets = tiers.size === 0 ? '' : `, which stands for ${[...tiers.values()].join(', ')}`;
  return `'${snapshot}' of namespace '${namespace}', taken ${time} UTC${buckets}`;
}

/** How long it may take to undo. */
const undoMilliseconds = 20_000;

/** A content that was told to take its data along, in this run or an earlier one, and stays: retains it again. */
async function asRetained<Result>(
  { metadata: { name = '', uid = '' } }: VolumeSnapshotContent,
  context: Context,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    using deadline = freshDeadline(context.clock, undoMilliseconds);
    const own = { ...context, signal: deadline.signal };
    try {
      await forgetDeletion({ kind: singleContents, name, uid }, own);
    } catch (failure) {
      const reason = messageOf(failure);
      context.log.error(
        { content: name, reason },
        'could not have the content retain again; look at its deletionPolicy',
      );
    }
    throw error;
  }
}

async function remove({ name, uid }: Orphan, context: Context): Promise<void> {
  const { kube, signal } = context;
  const present = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  if (present?.metadata.uid !== uid) return;
  await requireUnwanted(present, context);
  const wasRetained = present.spec?.deletionPolicy === 'Retain';
  const note = { [label.deleting]: snapshotRefOf(present).uid ?? 'unbound' };
  const patch = deletionPatch(present, 'Delete', singleContents, wasRetained ? { labels: note } : {});
  if (!patch && present.metadata.deletionTimestamp !== undefined) return;
  const { metadata } = patch
    ? await kube.patch(volumeSnapshotContents, { name }, patch, { signal })
    : present;
  const { resourceVersion } = metadata;
  await kube.delete(volumeSnapshotContents, { name }, { uid, resourceVersion, signal });
}

/** Rejects when somebody may still want the content, or its data would not go, or would go with that of another. */
async function requireUnwanted(content: VolumeSnapshotContent, context: Context): Promise<void> {
  const problem = problemOf(content);
  if (problem !== undefined) throw new UserError('preflight', problem);
  if (!(await isOrphanNow(content, context))) throw new UserError('preflight', belongingProblem(content));
  const [other] = await new SharedHandles(context).othersOf(content);
  if (other === undefined) return;
  const { name } = content.metadata;
  throw new UserError(
    'preflight',
    `VolumeSnapshotContent '${name}' and '${other}' stand for the same snapshot of the storage, which the deletion of one would take from the other; if '${name}' is not wanted, set its deletionPolicy to Retain and delete it with kubectl`,
  );
}

/** What the content itself says against its deletion. */
function problemOf(content: VolumeSnapshotContent): string | undefined {
  const { name, labels = {}, annotations = {}, deletionTimestamp } = content.metadata;
  const what = `VolumeSnapshotContent '${name}'`;
  const undo = (verb: 'label' | 'annotate', key: string) =>
    `kubectl ${verb} volumesnapshotcontent ${name} ${key}-`;
  if (labels[label.retain] === undefined) {
    return `${what} is none of ours, as it has no label ${label.retain}; delete it with kubectl`;
  }
  if (holdLabelOf(content) !== undefined) {
    return `${what} is held; release it with: ${undo('label', label.hold)}`;
  }
  if (annotations[annotation.reboundTo] !== undefined) {
    return `${what} is being brought back; finish that with: backup-ns rebind ${name}, or give it up with: ${undo('annotate', annotation.reboundTo)}`;
  }
  const isFound = content.status?.snapshotHandle !== undefined || deletionTimestamp !== undefined;
  if (!isFound && content.spec?.source?.snapshotHandle !== undefined) {
    return `${what} was never found in the storage by its driver, which would delete no data; describe it with: kubectl describe volumesnapshotcontent ${name}`;
  }
  return groupProblem(content);
}
