import type { Context } from '../../context.ts';
import { againOnConflict } from '../../kube/again-on-conflict.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import { findGroup, type FoundGroup } from '../../snapshots/find-group.ts';
import { groupOf } from '../../snapshots/group-of.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { LeftAlone } from '../left-alone.ts';
import { deleteSnapshot, releaseContent } from './delete-snapshot.ts';

/** Looks at the present state of a member, and rejects when its deletion is wanted no more. */
export type DemandWanted = (member: ManagedSnapshot, present: KubeObject) => Promise<void>;

/**
 * Deletes snapshots that can go only together: those of a group, or a single one that is in none. All members of the group
 * must be among them still; what of it would be retained is told to go first; killed between, the next run finds all as it
 * is and goes on. Resolves to false when all is gone already, or on its way out. Throws a 409 when something is changed
 * again and again.
 */
export async function deleteTogether(
  unit: readonly ManagedSnapshot[],
  demandWanted: DemandWanted,
  context: Context,
): Promise<boolean> {
  const [{ namespace, group }] = unit as [ManagedSnapshot];
  if (group === undefined) return deleteAlone(unit, demandWanted, context);
  const demandAll = async (): Promise<readonly KubeObject[]> => {
    const members = await membersOf(namespace, group, context);
    for (const present of members) {
      const member = unit.find(({ uid }) => uid === present.metadata.uid);
      if (!member) throw new LeftAlone(strange(present, group));
      await demandWanted(member, present);
    }
    return members;
  };
  let hasTried = false;
  const outcome = await againOnConflict(async () => {
    const found = await findOf(namespace, group, context);
    if (!found) return 'no group';
    if (found.group.metadata.deletionTimestamp !== undefined) return hasTried;
    const members = await demandAll();
    hasTried = true;
    for (const member of members) await releaseContent(member, context);
    await releaseGroupContent(found, context);
    // The members cannot be a precondition of this deletion, so they are looked at right before it.
    await demandAll();
    await deleteGroup(found, context);
    return true;
  });
  // Without their group, members are as other snapshots.
  return outcome === 'no group' ? (await deleteAlone(unit, demandWanted, context)) || hasTried : outcome;
}

/** In the version of the API that the snapshot controller has noted on a member: there may be newer ones than we know. */
async function findOf(namespace: string, name: string, context: Context): Promise<FoundGroup | undefined> {
  const members = await membersOf(namespace, name, context);
  const version = members.map((member) => groupOf(member)?.version).find((one) => one !== undefined);
  return findGroup({ namespace, name }, version, context);
}

async function deleteGroup({ api, group }: FoundGroup, { kube, signal }: Context): Promise<void> {
  const { namespace, name = '', uid, resourceVersion } = group.metadata;
  await kube.delete(api.snapshots, { namespace, name }, { uid, resourceVersion, signal });
}

async function deleteAlone(
  unit: readonly ManagedSnapshot[],
  demandWanted: DemandWanted,
  context: Context,
): Promise<boolean> {
  let wasThere = false;
  for (const snapshot of unit) {
    const deleted = await deleteSnapshot(snapshot, (present) => demandWanted(snapshot, present), context);
    wasThere ||= deleted;
  }
  return wasThere;
}

async function membersOf(
  namespace: string,
  group: string,
  { kube, signal }: Context,
): Promise<readonly KubeObject[]> {
  const all = await Array.fromAsync(kube.list(volumeSnapshots, { namespace, signal }));
  return all.filter((one) => groupOf(one)?.name === group && one.metadata.deletionTimestamp === undefined);
}

function strange({ metadata }: KubeObject, group: string): string {
  return `VolumeGroupSnapshot '${group}' has a member that stays, '${metadata.name}'; it is left alone`;
}

/** As that of a single snapshot: retained, the data would stay. */
async function releaseGroupContent(
  { api, group: { metadata, status } }: FoundGroup,
  { kube, signal }: Context,
): Promise<void> {
  const name = status?.boundVolumeGroupSnapshotContentName;
  if (name === undefined) return;
  const content = await kube.find<GroupContent>(api.contents, { name }, { signal });
  const { volumeGroupSnapshotRef, deletionPolicy } = content?.spec ?? {};
  if (volumeGroupSnapshotRef?.uid !== metadata.uid || deletionPolicy !== 'Retain') return;
  const { resourceVersion } = content?.metadata ?? {};
  const patch = { metadata: { resourceVersion }, spec: { deletionPolicy: 'Delete' } };
  await kube.patch(api.contents, { name }, patch, { signal });
}

interface GroupContent extends KubeObject {
  spec?: { deletionPolicy?: string; volumeGroupSnapshotRef?: { uid?: string } };
}
