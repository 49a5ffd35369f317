import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { createOnce } from '../kube/create-once.ts';
import type { KubeObject } from '../kube/object.ts';
import { volumeSnapshotContents, volumeSnapshots } from '../kube/resources.ts';
import type { RebindSettings } from './rebind-settings.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { annotation, label } from '../snapshots/labels.ts';
import { findReplacement } from './find-replacement.ts';
import { planRebind, type RebindPlan } from './plan-rebind.ts';
import { replacementSnapshot } from './replacement.ts';
import { contentProblem, snapshotProblem } from './replacement-problem.ts';
import { claimContent, removeContent } from './replace-content.ts';
import { waitUntilBound } from './wait-until-bound.ts';

/** What `rebind` says at its end. */
export interface RebindResult {
  /** Nothing was changed: it only says what would be. */
  readonly dryRun: boolean;
  /** Nothing was left to do: an earlier run has done it all. */
  readonly wasDone: boolean;
  /** The VolumeSnapshot. */
  readonly namespace: string;
  readonly name: string;
  /** The content that it is bound to, and the one that this takes the place of. */
  readonly content: string;
  readonly oldContent: string;
  /** RFC 3339. */
  readonly takenAt: string;
  /** The date to go that it had, YYYY-MM-DD: it was not brought back. */
  readonly droppedDate: string | undefined;
}

/**
 * Brings the VolumeSnapshot back of which only the content is left, by a new content of the same snapshot of the storage.
 * The old one goes last, so that at every moment one content stands for the data, and none of them takes it along. Killed
 * at any step, the next run goes on. Throws UserError 'preflight' and 'snapshot'.
 */
export async function rebind(settings: RebindSettings, context: Context): Promise<RebindResult> {
  const { kube, signal } = context;
  const name = settings.content;
  const old = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  if (!old || old.metadata.deletionTimestamp !== undefined) {
    const content = await findReplacement(name, context);
    return { ...resultOf(content), dryRun: settings.dryRun, wasDone: true, droppedDate: undefined };
  }
  const plan = await planRebind(old, settings, context);
  if (!settings.dryRun) await carryOut(plan, settings, context);
  const droppedDate = old.metadata.labels?.[label.deleteAfter];
  return { ...resultOf(plan.content), dryRun: settings.dryRun, wasDone: false, droppedDate };
}

async function carryOut(
  { old, content }: RebindPlan,
  settings: RebindSettings,
  context: Context,
): Promise<void> {
  const { log } = context;
  const { name = '' } = content.metadata;
  await claimContent(old, name, context);
  await requireContent(content, context);
  log.info({ content: name, oldContent: old.metadata.name }, 'made the content that takes its place');
  const snapshot = await requireSnapshot(content, context);
  const { namespace, name: snapshotName } = snapshot.metadata;
  log.info(
    { namespace, snapshot: snapshotName, content: name },
    'made the snapshot, waiting until it is bound',
  );
  await waitUntilBound(snapshot, name, settings.waitMilliseconds, context);
  await removeContent(old, name, snapshot, context);
  log.info({ namespace, snapshot: snapshotName, oldContent: old.metadata.name }, 'deleted the old content');
}

/** Makes the content, unless an earlier run has. */
async function requireContent(content: VolumeSnapshotContent, context: Context): Promise<void> {
  if (content.metadata.uid !== undefined) return;
  const made = await createOnce<VolumeSnapshotContent>(volumeSnapshotContents, content, () => true, context);
  const problem = contentProblem(made, content);
  if (problem !== undefined) throw new UserError('snapshot', problem);
}

/** Makes the VolumeSnapshot, unless an earlier run has. */
async function requireSnapshot(content: VolumeSnapshotContent, context: Context): Promise<KubeObject> {
  const { kube, signal } = context;
  const manifest = replacementSnapshot(content);
  const { namespace, name = '' } = manifest.metadata;
  const snapshot =
    (await kube.find(volumeSnapshots, { namespace, name }, { signal })) ??
    (await createOnce(volumeSnapshots, manifest, () => true, context));
  const problem = snapshotProblem(snapshot, content.metadata.name ?? '');
  if (problem !== undefined) throw new UserError('snapshot', problem);
  return snapshot;
}

function resultOf(content: VolumeSnapshotContent) {
  const { metadata } = content;
  const { namespace = '', name = '' } = snapshotRefOf(content);
  const { [annotation.reboundFrom]: oldContent = '', [annotation.takenAt]: takenAt = '' } =
    metadata.annotations ?? {};
  return { namespace, name, content: metadata.name ?? '', oldContent, takenAt };
}
