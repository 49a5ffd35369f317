import type { KubeObject } from '../kube/object.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { annotation } from '../snapshots/labels.ts';
import { isReplacement } from './replacement.ts';

/** Why a content that is there cannot be the one that is `wanted` in the place of an old one. */
export function contentProblem(
  content: VolumeSnapshotContent,
  wanted: VolumeSnapshotContent,
): string | undefined {
  const { metadata, spec } = content;
  const what = `VolumeSnapshotContent '${metadata.name}', which is to take its place,`;
  if (metadata.deletionTimestamp !== undefined) return `${what} is being deleted; try again when it is gone`;
  const isManaged =
    metadata.annotations?.[annotation.reboundFrom] ===
      wanted.metadata.annotations?.[annotation.reboundFrom] &&
    spec?.driver === wanted.spec?.driver &&
    spec?.source?.snapshotHandle === wanted.spec?.source?.snapshotHandle;
  if (!isManaged) {
    return `${what} is another one; see what it is with: kubectl describe volumesnapshotcontent ${metadata.name}`;
  }
  if (spec?.deletionPolicy !== 'Retain') {
    return `${what} is told to delete the data; set its deletionPolicy to Retain and try again`;
  }
  const { namespace, name } = snapshotRefOf(content);
  const ref = snapshotRefOf(wanted);
  if (namespace === ref.namespace && name === ref.name) return undefined;
  return `${what} is for VolumeSnapshot '${name}' in namespace '${namespace}'; go on with that by ⟪--namespace⟫ ${namespace} ⟪--name⟫ ${name}`;
}

/** Why a VolumeSnapshot that is there cannot be the one that binds the content. */
export function snapshotProblem(present: KubeObject, content: string): string | undefined {
  const { namespace, name, deletionTimestamp } = present.metadata;
  const what = `VolumeSnapshot '${name}' in namespace '${namespace}'`;
  if (deletionTimestamp !== undefined) return `${what} is being deleted; try again when it is gone`;
  if (isReplacement(present, content)) return undefined;
  return `${what} is there already, and another one; give what is brought back another name with ⟪name⟫`;
}
