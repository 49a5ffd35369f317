import type { KubeObject } from '../../src/kube/object.ts';
import { isReady, label } from '../../src/snapshots/labels.ts';
import {
  claims,
  groupClasses,
  groups,
  jobs,
  leases,
  pods,
  snapshots,
  statefulSets,
} from '../../scripts/sandbox/objects/kinds.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { vi } from 'vitest';
import { provisionVolume, deployApp, untilIs, type Database } from '../../scripts/sandbox/app.ts';
import { bundle } from '../support/built.ts';
import type { Installed } from './installed.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const storageMilliseconds = 60_000;
const patience = { timeout: 30_000, interval: 5 };

/** A cluster that has the image of the chart. Its storage does nothing before its time, which `runJob` sees to. */
export function openCluster(): Promise<Sandbox> {
  const images = { 'ghcr.io/backup-ns/backup-ns': [process.execPath, bundle] };
  return openSandbox({ readyDelayMs: storageMilliseconds, images });
}

/** An app on two volumes: a deployment `app`, and a statefulset `db` on the second one. */
export async function openApp(sandbox: Sandbox, namespace: string, database?: Database): Promise<void> {
  const { objects } = sandbox;
  for (const claim of ['data', 'files']) {
    await provisionVolume(sandbox, namespace, claim);
    const present = objects.get(claims, namespace, claim);
    objects.touch(claims, present, ({ metadata }) => void (metadata.labels = { backup: 'together' }));
  }
  await deployApp(sandbox, namespace, database);
  const labels = { app: 'db' };
  const spec = {
    serviceName: 'db',
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'files' }] } },
  };
  objects.create(statefulSets, namespace, { apiVersion: '', kind: '', metadata: { name: 'db' }, spec });
  await untilIs(() => objects.find(pods, namespace, 'db-0'), 'Running');
}

/** What a run that was killed has left: a snapshot that says of itself that it is unfinished. */
export function leaveSnapshot({ objects }: Sandbox, namespace: string): void {
  const labels = {
    [label.pvc]: 'data',
    [label.backup]: 'killed',
    [label.retain]: 'daily_weekly_monthly',
    [label.unfinished]: 'uncut-of-2',
  };
  const spec = { source: { persistentVolumeClaimName: 'data' } };
  objects.create(snapshots, namespace, {
    apiVersion: '',
    kind: '',
    metadata: { name: 'killed', labels },
    spec,
  });
}

/** As it notes on its lease what is to be undone. */
export const noteOf = (groupNames: readonly string[]): string =>
  JSON.stringify({ hooks: [], frozen: [], snapshots: ['killed'], groups: groupNames });

/** Until `leaveGroup` the storage can make no groups: then a backup makes its snapshots in parallel. */
export function withoutGroups({ objects }: Sandbox): void {
  for (const { metadata } of objects.all(groupClasses)) {
    objects.delete(groupClasses, undefined, metadata.name ?? '');
  }
}

/** For a while the storage does not come to cut a group, so that a run has to watch for that. */
const notAtOnce = { error: 'busy', errorTimes: '8' };

/** And a group, which is ready when this resolves with its name. */
export async function leaveGroup({ objects, clock }: Sandbox, namespace: string): Promise<string> {
  const annotations = { 'groupsnapshot.storage.kubernetes.io/is-default-class': 'true' };
  const ofDriver = { driver, deletionPolicy: 'Delete', parameters: notAtOnce };
  const metadata = { name: 'folders', annotations };
  objects.create(groupClasses, undefined, { apiVersion: '', kind: '', metadata, ...ofDriver });
  const name = 'killed';
  const labels = { [label.backup]: name, [label.unfinished]: 'uncut-of-2' };
  const spec = {
    volumeGroupSnapshotClassName: 'folders',
    source: { selector: { matchLabels: { backup: 'together' } } },
  };
  objects.create(groups, namespace, { apiVersion: '', kind: '', metadata: { name, labels }, spec });
  await vi.waitUntil(() => {
    const { status } = objects.get(groups, namespace, name);
    if ((status as { readyToUse?: boolean } | undefined)?.readyToUse) return true;
    clock.advance(storageMilliseconds);
    return false;
  }, patience);
  return name;
}

/** Another run has the lease, until this one waits for it. It is gone then, or stays with the note of what is to be undone. */
export async function lendLease(
  sandbox: Sandbox,
  namespace: string,
  note: string | undefined,
): Promise<void> {
  const { objects, requests } = sandbox;
  const name = 'backup-ns';
  const annotations = note === undefined ? {} : { 'backup-ns.sh/quiesced': note };
  const spec = { holderIdentity: 'another', leaseDurationSeconds: 3600 };
  if (objects.find(leases, namespace, name)) objects.delete(leases, namespace, name);
  objects.create(leases, namespace, { apiVersion: '', kind: '', metadata: { name, annotations }, spec });
  const isWatch = (one: { verb: string; resource: string; namespace: string | undefined }) =>
    one.verb === 'watch' && one.resource === 'leases' && one.namespace === namespace;
  await vi.waitUntil(() => requests.some(isWatch), patience);
  if (note === undefined) objects.delete(leases, namespace, name);
  else objects.update(leases, namespace, name, (lease) => ({ ...lease, spec: {} }));
}

/**
 * As the CronJob controller makes a Job. The storage does its work as soon as the run watches for it, and no sooner. Resolves
 * with its end: `Complete` or `Failed`.
 */
export async function runJob(
  { objects, requests, clock }: Sandbox,
  namespace: string,
  name: string,
  installed: Installed,
): Promise<string> {
  const { metadata, spec } = installed.cronJob('nightly');
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: metadata.uid ?? '' };
  const manifest: KubeObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    ...spec.jobTemplate,
    metadata: { name, ownerReferences: [{ ...owner, controller: true }] },
  };
  const before = requests.length;
  objects.create(jobs, namespace, manifest);
  // A group before its members: what is ready before it is looked at is not watched, and a right would seem to have no use.
  const awaited = () =>
    [groups, snapshots].find((kind) => objects.all(kind, namespace).some((one) => !isReady(stored(one))));
  const isWatched = ({ plural }: { readonly plural: string }) =>
    requests.slice(before).some(({ verb, resource }) => verb === 'watch' && resource === plural);
  const ending = () => {
    const { status } = objects.get(jobs, namespace, name) as { status?: { conditions?: { type: string }[] } };
    const kind = awaited();
    if (kind && isWatched(kind)) clock.advance(storageMilliseconds);
    return status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')?.type;
  };
  return vi.waitUntil(ending, patience);
}
