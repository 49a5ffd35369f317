import type { AnyContent, ContentKind } from './content-kind.ts';

/** What else a patch writes; null takes a label away. */
export interface OtherChanges {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string | null>>;
}

/**
 * A patch after which the deletion of a content does what the policy says, for a content whose VolumeSnapshot (or group) is
 * gone; undefined when it would already. It is for the content as it was read.
 *
 * The driver's sidecar lets a content go only when it is annotated as one whose VolumeSnapshot was seen to go, which the
 * snapshot controller has not done where nobody saw it: finalizers were cut, or a cluster was built again from manifests.
 * And without the finalizer the object would be gone before the sidecar has looked at it (external-snapshotter 8.6:
 * shouldDelete and syncContent in pkg/sidecar-controller/snapshot_controller.go).
 */
export function deletionPatch(
  content: AnyContent,
  deletionPolicy: 'Delete' | 'Retain',
  { beingDeleted, protection, hasData }: ContentKind,
  { annotations, labels = {} }: OtherChanges = {},
): Record<string, unknown> | undefined {
  const { resourceVersion, finalizers = [], deletionTimestamp } = content.metadata;
  const wanted = { [beingDeleted]: 'yes', ...annotations };
  const missing = Object.entries(wanted).filter(
    ([name, value]) => content.metadata.annotations?.[name] !== value,
  );
  const others = Object.entries(labels).filter(
    ([name, value]) => (content.metadata.labels?.[name] ?? null) !== value,
  );
  const isProtected = finalizers.includes(protection) || deletionTimestamp !== undefined;
  const protects = deletionPolicy === 'Delete' && hasData(content) && !isProtected;
  const turns = content.spec?.deletionPolicy !== deletionPolicy;
  if (missing.length === 0 && others.length === 0 && !protects && !turns) return undefined;
  const metadata = {
    resourceVersion,
    ...(missing.length > 0 && { annotations: Object.fromEntries(missing) }),
    ...(others.length > 0 && { labels: Object.fromEntries(others) }),
    ...(protects && { finalizers: [...finalizers, protection] }),
  };
  return { metadata, ...(turns && { spec: { deletionPolicy } }) };
}
