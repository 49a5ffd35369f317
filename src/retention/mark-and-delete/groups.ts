import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SweepDecision } from './sweep.ts';

/** Snapshots that can be deleted only together have a key in common; any other has one of its own. */
export function unitOf({ namespace, name, group }: ManagedSnapshot): string {
  return group === undefined ? `${namespace}/snapshot/${name}` : `${namespace}/group/${group}`;
}

/** What is to be deleted, in its order, and together what can be only together. */
export function unitsOf<Going extends { readonly snapshot: ManagedSnapshot }>(
  going: readonly Going[],
): Going[][] {
  return [...Map.groupBy(going, ({ snapshot }) => unitOf(snapshot)).values()];
}

/** For each group with a member that stays, one of these. What is on its way out does not, unless it is held. */
export function stayingMembers(
  snapshots: readonly ManagedSnapshot[],
  goes: (snapshot: ManagedSnapshot) => boolean,
): Map<string, ManagedSnapshot> {
  const stays = (one: ManagedSnapshot): boolean => (one.isDeleting ? one.isHeld : !goes(one));
  const staying = snapshots.filter((one) => one.group !== undefined && stays(one));
  return new Map(staying.map((one) => [unitOf(one), one]));
}

/** Members of a group go together: as long as one of them stays, the others wait. */
export function waitForGroups(
  decisions: readonly SweepDecision[],
  snapshots: readonly ManagedSnapshot[],
): SweepDecision[] {
  const going = new Set(decisions.filter(({ fate }) => fate === 'delete').map(({ snapshot }) => snapshot));
  const staying = stayingMembers(snapshots, (snapshot) => going.has(snapshot));
  return decisions.map((decision) => {
    const stays = decision.fate === 'delete' ? staying.get(unitOf(decision.snapshot)) : undefined;
    if (!stays) return decision;
    const reason = `waits for its group, ${stays.words.group} '${stays.group}', in which '${stays.name}' of PVC '${stays.pvc}' stays`;
    return { ...decision, fate: 'wait', waitsForGroup: true, reason };
  });
}
