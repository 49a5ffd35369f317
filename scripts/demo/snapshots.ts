import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import { snapshots } from '../sandbox/objects/kinds.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { say } from './narrator.ts';
import type { Runs } from './runs.ts';
import type { Scene } from './scene.ts';

/** Prints them, once the storage is through with those that were deleted. */
export async function listSnapshots({ sandbox, shop }: Scene, runs: Runs): Promise<void> {
  const isLeaving = ({ metadata }: KubeObject) => metadata.deletionTimestamp !== undefined;
  while (sandbox.objects.all(snapshots, shop.app.namespace).some(isLeaving)) await delay(5);
  say(await runs.command(['list']));
}

/** The first snapshot of the month before this one: a day that the policy keeps for a year. */
export function snapshotOfLastMonth({ objects }: Sandbox, namespace: string): KubeObject {
  const monthly = objects
    .all(snapshots, namespace)
    .filter(({ metadata }) => metadata.labels?.[label.monthly])
    .toSorted((one, other) => createdAt(one) - createdAt(other));
  const found = monthly.at(-2);
  if (!found) throw new Error('there is no monthly snapshot of the month before');
  return found;
}

function createdAt({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}
