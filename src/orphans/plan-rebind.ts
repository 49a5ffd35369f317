import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import {
  namespaces,
  volumeSnapshotClasses,
  volumeSnapshotContents,
  volumeSnapshots,
} from '../kube/resources.ts';
import type { RebindSettings } from './rebind-settings.ts';
import { snapshotHandleOf, snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { SharedHandles } from '../snapshots/csi/shared-handles.ts';
import { belongingProblem, groupProblem } from './content-problems.ts';
import { isOrphanNow } from './orphan.ts';
import { replacementContent, replacementName } from './replacement.ts';
import { contentProblem, snapshotProblem } from './replacement-problem.ts';

/** What is to be made of an orphan. */
export interface RebindPlan {
  readonly old: VolumeSnapshotContent;
  /** That takes its place: as it is to be made, or as an earlier run has made it. */
  readonly content: VolumeSnapshotContent;
}

/** Looks at everything that may be in the way, and changes nothing. Throws UserError 'preflight'. */
export async function planRebind(
  old: VolumeSnapshotContent,
  settings: RebindSettings,
  context: Context,
): Promise<RebindPlan> {
  const { name } = old.metadata;
  if (snapshotHandleOf(old) === undefined) {
    refuse(
      `VolumeSnapshotContent '${name}' has no snapshot in the storage, so there is nothing to bring back`,
    );
  }
  refuseIf(groupProblem(old));
  if (!(await isOrphanNow(old, context))) refuse(belongingProblem(old));
  const target = await findTarget(old, settings, context);
  await requireOnlyContent(old, context);
  const className = await presentClass(old, context);
  const content = replacementContent(old, { ...target, className }, context.clock.now());
  return { old, content: (await findEarlier(content, context)) ?? content };
}

function refuse(problem: string): never {
  throw new UserError('preflight', problem);
}

function refuseIf(problem: string | undefined): void {
  if (problem !== undefined) refuse(problem);
}

/** The namespace must be there, and in it no other VolumeSnapshot of that name. */
async function findTarget(
  old: VolumeSnapshotContent,
  settings: RebindSettings,
  { kube, signal }: Context,
): Promise<{ namespace: string; name: string }> {
  const { namespace = '', name = '' } = snapshotRefOf(old);
  const target = { namespace: settings.namespace ?? namespace, name: settings.name ?? name };
  const place = await kube.find(namespaces, { name: target.namespace }, { signal });
  if (!place || place.metadata.deletionTimestamp !== undefined) {
    const what = place ? 'is being deleted; when it is gone,' : 'does not exist;';
    refuse(
      `Namespace '${target.namespace}' ${what} create it with: kubectl create namespace ${target.namespace}, or name another one with ⟪namespace⟫`,
    );
  }
  const present = await kube.find(volumeSnapshots, target, { signal });
  if (present) refuseIf(snapshotProblem(present, replacementName(old)));
  return target;
}

/** Two contents of one snapshot of the storage mean that the deletion of one destroys the data of the other. */
async function requireOnlyContent(old: VolumeSnapshotContent, context: Context): Promise<void> {
  const others = await new SharedHandles(context).othersOf(old);
  const other = others.find((one) => one !== replacementName(old));
  if (other === undefined) return;
  const { name } = old.metadata;
  refuse(
    `VolumeSnapshotContent '${other}' stands for the same snapshot of the storage as '${name}', and whichever is deleted with its data takes it from the other; see whose it is with: kubectl get volumesnapshotcontent ${other}`,
  );
}

/** The name of the old content's class, if there is one of that name and of its driver. */
async function presentClass(
  { spec }: VolumeSnapshotContent,
  { kube, signal }: Context,
): Promise<string | undefined> {
  const name = spec?.volumeSnapshotClassName;
  if (!name) return undefined;
  const found = await kube.find(volumeSnapshotClasses, { name }, { signal });
  return found?.driver === spec?.driver ? name : undefined;
}

/** What an earlier run has made in the place of the old content. */
async function findEarlier(
  content: VolumeSnapshotContent,
  { kube, signal }: Context,
): Promise<VolumeSnapshotContent | undefined> {
  const { name = '' } = content.metadata;
  const present = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  if (!present) return undefined;
  refuseIf(contentProblem(present, content));
  const { uid, ...key } = snapshotRefOf(present);
  if (!uid) return present;
  const bound = await kube.find(volumeSnapshots, { ...key, name: key.name ?? '' }, { signal });
  if (bound?.metadata.uid === uid) return present;
  refuse(
    `VolumeSnapshotContent '${name}' was made by an earlier run, and its VolumeSnapshot is gone again; delete it, of which the data stays, and try again: kubectl delete volumesnapshotcontent ${name}`,
  );
}
