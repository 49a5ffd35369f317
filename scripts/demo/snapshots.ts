import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import { humanDuration } from '../../test/sandbox/tables/human-duration.ts';
import { snapshots } from '../../test/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { command, say, table } from './narrator.ts';

const tierLabels = [label.daily, label.weekly, label.monthly];

/** Prints those that have a tier, once the storage is through with those that were deleted. */
export async function listSnapshots({ objects, clock }: Sandbox, namespace: string): Promise<void> {
  const isLeaving = ({ metadata }: KubeObject) => metadata.deletionTimestamp !== undefined;
  while (snapshotsOf(objects, namespace).some(isLeaving)) await delay(5);
  const all = snapshotsOf(objects, namespace);
  const shown = all.filter(({ metadata }) =>
    tierLabels.some((name) => metadata.labels?.[name] !== undefined),
  );
  command(`kubectl get volumesnapshots -L ${label.daily},${label.weekly},${label.monthly}`);
  table(
    ['NAME', 'READYTOUSE', 'AGE', 'DAILY', 'WEEKLY', 'MONTHLY'],
    shown.map((snapshot) => rowOf(snapshot, clock.now())),
  );
  if (all.length > shown.length) say(`… and ${all.length - shown.length} without a tier`);
}

/** The first snapshot of the month before this one: a day that the policy keeps for a year. */
export function snapshotOfLastMonth({ objects }: Sandbox, namespace: string): KubeObject {
  const monthly = snapshotsOf(objects, namespace).filter(({ metadata }) => metadata.labels?.[label.monthly]);
  const found = monthly.at(-2);
  if (!found) throw new Error('there is no monthly snapshot of the month before');
  return found;
}

function snapshotsOf(objects: Sandbox['objects'], namespace: string): KubeObject[] {
  return objects.all(snapshots, namespace).toSorted((one, other) => createdAt(one) - createdAt(other));
}

function rowOf(snapshot: KubeObject, now: Date): string[] {
  const { name = '', labels = {} } = snapshot.metadata;
  const { readyToUse = false } = (snapshot.status ?? {}) as { readyToUse?: boolean };
  const tiers = tierLabels.map((tier) => labels[tier] ?? '');
  return [name, String(readyToUse), humanDuration(now.getTime() - createdAt(snapshot)), ...tiers];
}

function createdAt({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}
