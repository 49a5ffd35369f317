import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import {
  claims,
  contents,
  groupClasses,
  groupContents,
  groups,
  snapshotClasses,
  snapshots,
} from '../../scripts/sandbox/objects/kinds.ts';
import type { SnapshotContent } from '../../scripts/sandbox/controllers/storage-spec.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { provisionVolume } from '../../scripts/sandbox/app.ts';
import { allowRetention, now } from './support.ts';

export const namespace = 'shop';
export const retaining = 'retaining';

/** Of a machine that does much else at the same time. */
const patience = { timeout: 10_000 };

/** A sandbox at noon with a volume that has a file, and a class whose contents are retained. */
export async function openVolume(): Promise<Sandbox> {
  const sandbox = await openSandbox({ start: now });
  writeFileSync(join(await provisionVolume(sandbox, namespace), 'file'), 'data');
  const manifest = { apiVersion: '', kind: '', metadata: { name: retaining } };
  sandbox.objects.create(snapshotClasses, undefined, { ...manifest, driver, deletionPolicy: 'Retain' });
  allowRetention(sandbox);
  return sandbox;
}

/** Labels of a snapshot in tiers. */
export function tiered(labels: Record<string, string> = {}): Record<string, string> {
  return { [label.pvc]: 'data', [label.retain]: 'daily_weekly_monthly', ...labels };
}

/**
 * Makes a snapshot for real, and waits until it is ready. One that is called `newest` is so, whatever is made after it.
 * Gives the folder in which its data is.
 */
export async function snap(
  { objects, folder, clock }: Sandbox,
  name: string,
  labels: Record<string, string>,
  className = 'folders',
): Promise<string> {
  const spec = { volumeSnapshotClassName: className, source: { persistentVolumeClaimName: 'data' } };
  const at = clock.now();
  if (name === 'newest') clock.set(new Date(at.getTime() + 30 * 60_000));
  objects.create(snapshots, namespace, { apiVersion: '', kind: '', metadata: { name, labels }, spec });
  clock.set(at);
  const ready = await vi.waitUntil(() => {
    const snapshot = objects.get(snapshots, namespace, name);
    return (snapshot.status as { readyToUse?: boolean } | undefined)?.readyToUse ? snapshot : undefined;
  }, patience);
  const { boundVolumeSnapshotContentName: content } = ready.status as Record<string, string>;
  const { status } = objects.get(contents, undefined, content ?? '') as SnapshotContent;
  return join(folder, 'snapshots', status?.snapshotHandle ?? '');
}

/** The claim of `openVolume` and another, `files`, that can be snapshotted together; and a class that retains. */
export async function openVolumes(): Promise<Sandbox> {
  const sandbox = await openVolume();
  const { objects } = sandbox;
  writeFileSync(join(await provisionVolume(sandbox, namespace, 'files'), 'file'), 'data');
  for (const claim of objects.all(claims, namespace)) {
    objects.touch(claims, claim, ({ metadata }) => void (metadata.labels = { backup: 'together' }));
  }
  const manifest = { apiVersion: '', kind: '', metadata: { name: retaining } };
  objects.create(groupClasses, undefined, { ...manifest, driver, deletionPolicy: 'Retain' });
  return sandbox;
}

/** Makes a group of both, whose members get these labels; `newest` is as with `snap`. Gives the name of the member of each PVC. */
export async function snapGroup(
  { objects, clock }: Sandbox,
  name: string,
  labelsOf: Readonly<Record<'data' | 'files', Record<string, string>>>,
  className = 'folders',
): Promise<{ readonly data: string; readonly files: string }> {
  const source = { selector: { matchLabels: { backup: 'together' } } };
  const spec = { volumeGroupSnapshotClassName: className, source };
  const at = clock.now();
  if (name === 'newest') clock.set(new Date(at.getTime() + 30 * 60_000));
  objects.create(groups, namespace, { apiVersion: '', kind: '', metadata: { name }, spec });
  const members = await vi.waitUntil(() => {
    const all = objects
      .all(snapshots, namespace)
      .filter(
        ({ metadata, status }) =>
          metadata.ownerReferences?.[0]?.name === name && (status as { readyToUse?: boolean })?.readyToUse,
      );
    return all.length === 2 ? all : undefined;
  }, patience);
  clock.set(at);
  const names = { data: '', files: '' };
  for (const member of members) {
    const { source } = member.spec as { source: { persistentVolumeClaimName: 'data' | 'files' } };
    const pvc = source.persistentVolumeClaimName;
    names[pvc] = member.metadata.name ?? '';
    objects.touch(snapshots, member, ({ metadata }) => void (metadata.labels = { ...labelsOf[pvc] }));
  }
  return names;
}

/** Name by name: the date that each snapshot has. */
export function dates({ objects }: Sandbox): Record<string, string | undefined> {
  const all = objects
    .all(snapshots, namespace)
    .map(({ metadata }): [string, string | undefined] => [
      metadata.name ?? '',
      metadata.labels?.[label.deleteAfter],
    ]);
  return Object.fromEntries(all);
}

/** As a user does with `kubectl label`; null takes one away. */
export function setLabels({ objects }: Sandbox, name: string, labels: Record<string, string | null>): void {
  objects.update(snapshots, namespace, name, (snapshot: KubeObject) => {
    const all = Object.entries({ ...snapshot.metadata.labels, ...labels }).filter(
      ([, value]) => value !== null,
    );
    return {
      ...snapshot,
      metadata: { ...snapshot.metadata, labels: Object.fromEntries(all) as Record<string, string> },
    };
  });
}

/** Resolves when no snapshot is on its way out any more: the storage has done what it was told. */
export async function untilSettled({ objects }: Sandbox): Promise<void> {
  const isLeaving = ({ metadata }: KubeObject) => metadata.deletionTimestamp !== undefined;
  const kinds = [snapshots, contents, groups, groupContents];
  await vi.waitUntil(() => !kinds.flatMap((kind) => objects.all(kind)).some(isLeaving), patience);
}

export function hasData(folder: string): boolean {
  return existsSync(join(folder, 'file'));
}
