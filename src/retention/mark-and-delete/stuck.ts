import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { isStuck } from '../retain/policy.ts';
import type { SweepDecision } from './sweep.ts';

/** Of each namespace: a tenant may have thousands, and who looks at one of them finds the others. */
const maximumNamed = 10;

/** What was deleted more than a day ago, and is there still. */
export function stuckIn(snapshots: readonly ManagedSnapshot[], now: Date): ManagedSnapshot[] {
  const isManaged = ({ retain, deleteAfter }: ManagedSnapshot) => (retain ?? deleteAfter) !== undefined;
  return snapshots.filter((one) => isManaged(one) && isStuck(one, now));
}

/** Says so of some of them, in the order in which they come. */
export function stuckDecisions(stuck: readonly ManagedSnapshot[]): SweepDecision[] {
  return [...Map.groupBy(stuck, ({ namespace }) => namespace).values()].flatMap((own) =>
    own.slice(0, maximumNamed).map((snapshot) => ({
      snapshot,
      fate: 'wait',
      survivor: undefined,
      reason: reasonOf(snapshot),
    })),
  );
}

function reasonOf({ namespace, name, group, words, deletingSince = 0 }: ManagedSnapshot): string {
  const since = `on its way out since ${new Date(deletingSince).toISOString()}`;
  const what =
    group === undefined
      ? `it is held, mostly by a PVC that is being made from it or by its storage`
      : `it waits for its group, ${words.group} '${group}', of which all members go together`;
  return `${since}: ${what}; see why with: kubectl -n ${words.place ?? namespace} describe ${words.resource} ${name}`;
}
