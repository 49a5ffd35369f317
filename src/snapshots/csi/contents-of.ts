import type { Abortable, Reader } from '../../kube/kube.ts';
import type { KubeObject } from '../../kube/object.ts';
import { singleContents, type AnyContent } from './content-kind.ts';
import { requireNotHeldItself } from '../hold-label.ts';
import type { VolumeSnapshot } from './volume-snapshot.ts';

/**
 * The contents that the snapshot controller may delete with a VolumeSnapshot: it takes the one that the status names, and
 * where that says nothing the one whose name it would give. One that belongs to another snapshot is none of them.
 * Rejects when somebody holds one of them: who holds the content keeps the data.
 */
export async function contentsOf(
  snapshot: KubeObject,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<AnyContent[]> {
  const { status, spec } = snapshot as VolumeSnapshot;
  const { uid } = snapshot.metadata;
  const bound = status?.boundVolumeSnapshotContentName || `snapcontent-${uid}`;
  const names = new Set([bound, spec?.source?.volumeSnapshotContentName || bound]);
  const found: AnyContent[] = [];
  for (const name of names) {
    const content = await kube.find<AnyContent>(singleContents.contents, { name }, { signal });
    if (!content || !belongsTo(content, snapshot)) continue;
    requireNotHeldItself(content, singleContents.contents);
    found.push(content);
  }
  return found;
}

/** One that was made by hand has no uid before it is bound. */
function belongsTo(content: AnyContent, { metadata }: KubeObject): boolean {
  const { namespace, name, uid } = singleContents.ownerOf(content);
  const isNamed = namespace === metadata.namespace && name === metadata.name;
  return isNamed && (!uid || uid === metadata.uid);
}
