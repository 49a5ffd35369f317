import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { isDeleting, type KubeObject } from '../kube/object.ts';
import { volumeSnapshotContents } from '../kube/resources.ts';
import { snapshotHandleOf, snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { deletionPatch } from '../snapshots/csi/content-deletion.ts';
import { singleContents } from '../snapshots/csi/content-kind.ts';
import { annotation, label } from '../snapshots/labels.ts';
import { retryOnConflict } from '../kube/retry-on-conflict.ts';

/**
 * Tells the old content to leave its data when it goes, and that `replacement` is to take its place: whoever is about to delete
 * it has to look at it again then. Throws UserError 'preflight' when it is on its way out.
 */
export async function claimContent(
  { metadata: { name = '', uid } }: VolumeSnapshotContent,
  replacement: string,
  { kube, signal }: Context,
): Promise<void> {
  await retryOnConflict(async () => {
    const present = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
    if (!present || present.metadata.uid !== uid || present.metadata.deletionTimestamp !== undefined) {
      throw new UserError(
        'preflight',
        `VolumeSnapshotContent '${name}' was deleted meanwhile; see what is left with: backup-ns list --orphans`,
      );
    }
    const annotations = { [annotation.reboundTo]: replacement };
    // Nobody finishes a deletion any more of which it was noted that it is to go along.
    const labels = { [label.deleting]: null };
    const patch = deletionPatch(present, 'Retain', singleContents, { annotations, labels });
    if (patch) await kube.patch(volumeSnapshotContents, { name }, patch, { signal });
  });
}

/** Deletes the old content, without its data, once the new one has that. Throws UserError 'snapshot' when it has not. */
export async function removeContent(
  old: VolumeSnapshotContent,
  replacement: string,
  snapshot: KubeObject,
  context: Context,
): Promise<void> {
  const { kube, signal } = context;
  const { name = '', uid } = old.metadata;
  await retryOnConflict(async () => {
    const present = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
    if (!present || present.metadata.uid !== uid || present.metadata.deletionTimestamp !== undefined) return;
    await requireReplacement(old, replacement, snapshot, context);
    if (present.spec?.deletionPolicy !== 'Retain') {
      throw new UserError(
        'snapshot',
        `VolumeSnapshotContent '${name}' was told to delete the data meanwhile, so it is left as it is; run the command again`,
      );
    }
    const { resourceVersion } = present.metadata;
    await kube.delete(volumeSnapshotContents, { name }, { uid, resourceVersion, signal });
  });
}

/** The binding is looked at from the side of the content, too. */
async function requireReplacement(
  old: VolumeSnapshotContent,
  replacement: string,
  { metadata: { uid } }: KubeObject,
  { kube, signal }: Context,
): Promise<void> {
  const found = await kube.find<VolumeSnapshotContent>(
    volumeSnapshotContents,
    { name: replacement },
    { signal },
  );
  const isBound = found !== undefined && snapshotRefOf(found).uid === uid && !isDeleting(found);
  const hasData = found?.spec?.source?.snapshotHandle === snapshotHandleOf(old);
  if (isBound && hasData) return;
  throw new UserError(
    'snapshot',
    `VolumeSnapshotContent '${replacement}' is not bound to the VolumeSnapshot that was made for it, so '${old.metadata.name}' is kept; run the command again`,
  );
}
