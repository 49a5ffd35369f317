import { LeftAlone } from '../../core/errors.ts';
import type { Abortable, Reader } from '../../kube/kube.ts';
import { groupContents, type AnyContent } from './content-kind.ts';
import type { FoundGroup } from './find-group.ts';
import { requireNotHeldItself } from '../hold-label.ts';
import type { SharedHandles } from './shared-handles.ts';

/**
 * The content of a group; undefined when it has none. Rejects when somebody holds it, or somebody else has data of it, be it that of one member
 * only: the driver deletes all of it, or nothing. `ofMembers` are the contents of the group's own members.
 */
export async function requireSoleGroup(
  { api, group }: FoundGroup,
  ofMembers: readonly AnyContent[],
  handles: SharedHandles,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<AnyContent | undefined> {
  const { uid, namespace, name: groupName } = group.metadata;
  const name = group.status?.boundVolumeGroupSnapshotContentName || `groupsnapcontent-${uid}`;
  const found = await kube.find<AnyContent>(api.contents, { name }, { signal });
  const owner = found ? groupContents(api).ownerOf(found) : {};
  const isNamed = owner.namespace === namespace && owner.name === groupName;
  const content = isNamed && (!owner.uid || owner.uid === uid) ? found : undefined;
  if (content) requireNotHeldItself(content, api.contents);
  const own = new Set(ofMembers.map(({ metadata }) => metadata.name ?? ''));
  const others = content ? await handles.othersOfGroup(content, api.contents, own) : [];
  for (const member of ofMembers) others.push(...(await handles.othersOf(member, own)));
  const [other] = others;
  if (other === undefined) return content;
  throw new LeftAlone(
    `content '${other}' stands for the same data as VolumeGroupSnapshot '${groupName}' or a member of it, which goes as a whole; it is left as it is until that one is gone, see it with: kubectl get volumesnapshotcontent,volumegroupsnapshotcontent ${other}`,
  );
}
