import { snapshotHandleOf, type VolumeSnapshotContent } from './content.ts';

const prefix = 'snapshot.storage.kubernetes.io/';
const beingDeleted = `${prefix}volumesnapshot-being-deleted`;
const boundProtection = `${prefix}volumesnapshotcontent-bound-protection`;

/**
 * A patch after which the deletion of a content does what the policy says, for a content whose VolumeSnapshot is gone;
 * undefined when it would already. It is for the content as it was read.
 *
 * The driver's sidecar lets a content go only when it is annotated as one whose VolumeSnapshot was seen to go, which the
 * snapshot controller has not done where nobody saw it: finalizers were cut, or a cluster was built again from manifests.
 * And without the finalizer the object would be gone before the sidecar has looked at it (external-snapshotter 8.6:
 * shouldDelete and syncContent in pkg/sidecar-controller/snapshot_controller.go).
 */
export function deletionPatch(
  content: VolumeSnapshotContent,
  deletionPolicy: 'Delete' | 'Retain',
  annotations: Readonly<Record<string, string>> = {},
): Record<string, unknown> | undefined {
  const { resourceVersion, finalizers = [], deletionTimestamp } = content.metadata;
  const wanted = { [beingDeleted]: 'yes', ...annotations };
  const missing = Object.entries(wanted).filter(
    ([name, value]) => content.metadata.annotations?.[name] !== value,
  );
  const isProtected = finalizers.includes(boundProtection) || deletionTimestamp !== undefined;
  const protects = deletionPolicy === 'Delete' && snapshotHandleOf(content) !== undefined && !isProtected;
  const turns = content.spec?.deletionPolicy !== deletionPolicy;
  if (missing.length === 0 && !protects && !turns) return undefined;
  const metadata = {
    resourceVersion,
    ...(missing.length > 0 && { annotations: Object.fromEntries(missing) }),
    ...(protects && { finalizers: [...finalizers, boundProtection] }),
  };
  return { metadata, ...(turns && { spec: { deletionPolicy } }) };
}
