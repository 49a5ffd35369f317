import { vi } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import { namespace, openVolume, retaining, snap, tiered } from '../retention/real-snapshots.ts';
import type { SnapshotContent } from '../../scripts/sandbox/controllers/storage-spec.ts';
import { driver as folders } from '../../scripts/sandbox/driver.ts';
import { contents, namespaces, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { clusterAccount } from '../support/cluster-account.ts';

/** Who does by hand what is done to contents, and may do no more. */
export const person = { serviceAccount: { namespace: 'default', name: 'person' } };

export async function openScene(): Promise<Sandbox> {
  const sandbox = await openVolume();
  clusterAccount(sandbox, person.serviceAccount.name, {
    volumesnapshots: ['get', 'list', 'watch', 'create'],
    volumesnapshotcontents: ['get', 'list', 'create', 'patch', 'delete'],
    volumesnapshotclasses: ['get'],
    namespaces: ['get'],
  });
  return sandbox;
}

export const nightly = tiered({ [label.daily]: '2026-11-20', [label.type]: 'cronjob' });

export interface Made {
  readonly content: string;
  /** In which its data is. */
  readonly folder: string;
}

/** Makes a snapshot for real, whose content is retained and knows what `sync-metadata` tells it. */
export async function synced(
  sandbox: Sandbox,
  name: string,
  labels: Record<string, string> = nightly,
  annotations: Record<string, string> = {},
): Promise<Made> {
  const folder = await snap(sandbox, name, labels, retaining);
  const { objects } = sandbox;
  const { status } = objects.get(snapshots, namespace, name);
  const content = String((status as Record<string, unknown>)['boundVolumeSnapshotContentName']);
  change(sandbox, content, ({ metadata }) => {
    metadata.labels = labels;
    metadata.annotations = { ...metadata.annotations, ...annotations };
  });
  return { content, folder };
}

/** As `synced`, and then its VolumeSnapshot is deleted. */
export async function orphaned(
  sandbox: Sandbox,
  name: string,
  labels?: Record<string, string>,
  annotations?: Record<string, string>,
): Promise<Made> {
  const made = await synced(sandbox, name, labels, annotations);
  sandbox.objects.delete(snapshots, namespace, name);
  await vi.waitUntil(() => !sandbox.objects.find(snapshots, namespace, name));
  return made;
}

/** The namespace, and all that is in it. */
export async function deleteNamespace({ objects }: Sandbox): Promise<void> {
  objects.delete(namespaces, undefined, namespace);
  await vi.waitUntil(() => !objects.find(namespaces, undefined, namespace));
}

export function contentOf({ objects }: Sandbox, name: string): SnapshotContent {
  return objects.get(contents, undefined, name) as SnapshotContent;
}

/** As a person or a controller changes a content. */
export function change(sandbox: Sandbox, name: string, how: (content: SnapshotContent) => void): void {
  sandbox.objects.touch(contents, contentOf(sandbox, name), (content) => how(content as SnapshotContent));
}

/** A content made by hand of a snapshot that the storage has, for a VolumeSnapshot that may come. */
export function preProvisioned(
  { objects }: Sandbox,
  name: string,
  snapshotHandle: string,
  { uid, driver = folders }: { uid?: string; driver?: string } = {},
): void {
  const spec = {
    driver,
    deletionPolicy: 'Retain',
    source: { snapshotHandle },
    volumeSnapshotRef: { namespace, name: `of-${name}`, ...(uid && { uid }) },
  };
  const manifest: KubeObject = { apiVersion: '', kind: '', metadata: { name, labels: nightly }, spec };
  objects.create(contents, undefined, manifest);
}

export function handleOf(sandbox: Sandbox, name: string): string {
  return contentOf(sandbox, name).status?.snapshotHandle ?? '';
}
