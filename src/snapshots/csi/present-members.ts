import { isDeleting, madeAtOf, type KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import { holdLabelOf } from '../hold-label.ts';
import type { ManagedSnapshot } from '../managed.ts';
import type { DeletionContext } from './deletion.ts';
import { groupOf } from './group-of.ts';

/**
 * All that are there now, those of the unit and whoever else is a member, one after the other: what a tenant has written on
 * hundreds of them may not fit into memory. One that is on its way out stays until its group goes, and its content with it.
 */
export async function* membersOf(
  unit: readonly ManagedSnapshot[],
  group: string,
  { kube, signal, groups }: DeletionContext,
): AsyncGenerator<KubeObject, void> {
  const [{ namespace }] = unit as [ManagedSnapshot];
  const listed = await groups.membersOf(namespace, group);
  for (const name of new Set([...unit, ...listed].map((one) => one.name))) {
    const present = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    if (present !== undefined && groupOf(present)?.name === group) yield present;
  }
}

/** Somebody has deleted it by itself, and no hold keeps it. */
export function isOnItsWay(member: KubeObject): boolean {
  return isDeleting(member) && holdLabelOf(member) === undefined;
}

/** The group may be another one of that name, with members that nobody has looked at yet. */
export function isMemberOf(member: KubeObject, { metadata }: KubeObject): boolean {
  const uid = groupOf(member)?.uid;
  if (uid !== undefined) return uid === metadata.uid;
  return madeAtOf(member) >= madeAtOf({ metadata });
}
