import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkout, type Testbed } from '../../scripts/testbed.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { getJson, inContainer } from './support.ts';

export const prefix = 'backup-ns.sh/';

/** What is read of a Job, a pod, a snapshot, an event and so on. */
export interface Seen extends KubeObject {
  readonly spec?: {
    readonly podSelector?: { readonly matchLabels?: Record<string, string> };
  };
  readonly status?: {
    readonly active?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly readyToUse?: boolean;
    readonly boundVolumeSnapshotContentName?: string;
    readonly snapshotHandle?: string;
    readonly used?: Record<string, string>;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind: string; readonly name: string };
}

export async function seen(bed: Testbed, namespace: string, ...what: string[]): Promise<readonly Seen[]> {
  const { items } = await getJson<{ items: Seen[] }>(bed, ['-n', namespace, 'get', ...what]);
  return items.toSorted((one, other) => timeOf(one).localeCompare(timeOf(other)));
}

function timeOf({ metadata }: Seen): string {
  return String(metadata.creationTimestamp);
}

/** Those that backups have made, the oldest first, without what a test has put beside them. */
export async function backupsIn(bed: Testbed, namespace: string): Promise<readonly Seen[]> {
  const snapshots = await seen(bed, namespace, 'volumesnapshots', '-l', `${prefix}backup`);
  return snapshots.filter(({ status }) => status?.readyToUse === true);
}

export function labelOf({ metadata }: Seen, key: string): string | undefined {
  return metadata.labels?.[`${prefix}${key}`];
}

/** What snapshots are bound to, in their order. */
export async function contentsOf(bed: Testbed, snapshots: readonly Seen[]): Promise<Seen[]> {
  const { items } = await getJson<{ items: Seen[] }>(bed, ['get', 'volumesnapshotcontents']);
  return snapshots.flatMap(({ status }) =>
    items.filter(({ metadata }) => metadata.name === status?.boundVolumeSnapshotContentName),
  );
}

/**
 * A hook that holds up a backup before its dump, as long as the gate in the database's container is closed. So what happens
 * while a backup runs does happen while it runs, on a slow machine and on a fast one.
 */
export const gate = {
  hook: {
    name: 'gate',
    exec: 'deployment/shop',
    container: 'postgres',
    before: [
      'sh',
      '-c',
      'touch /tmp/waiting; while [ -e /tmp/closed ]; do sleep 0.2; done; rm -f /tmp/waiting',
    ],
    timeout: '120s',
  },
  close: (bed: Testbed, namespace: string) =>
    inContainer(bed, namespace, 'deployment/shop', 'touch /tmp/closed'),
  open: (bed: Testbed, namespace: string) => inContainer(bed, namespace, 'deployment/shop', 'rm /tmp/closed'),
  /** True while a backup waits there. */
  async holds(bed: Testbed, namespace: string): Promise<true | undefined> {
    const script = '[ -e /tmp/waiting ] && echo yes || echo no';
    return (await inContainer(bed, namespace, 'deployment/shop', script)).trim() === 'yes' ? true : undefined;
  },
};

/** The names of all that there is in a namespace, of whatever kind: but events, which go by themselves, and snapshots. */
export async function furnitureOf(bed: Testbed, namespace: string): Promise<string[]> {
  const kinds = await namesOf(bed, ['api-resources', '--namespaced', '--verbs=list']);
  const lasting = kinds.filter((kind) => !/^events\b|^volumesnapshots\./.test(kind));
  return await namesOf(bed, ['-n', namespace, 'get', lasting.join(',')]);
}

/** Roles and their bindings that belong to no namespace. */
export function clusterRoles(bed: Testbed): Promise<string[]> {
  return namesOf(bed, ['get', 'clusterroles,clusterrolebindings']);
}

async function namesOf(bed: Testbed, args: readonly string[]): Promise<string[]> {
  const output = await bed.kubectl([...args, '-o', 'name']);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}

/** The pods that a NetworkPolicy selects by their labels. */
export async function podsOfPolicy(bed: Testbed, namespace: string, name: string): Promise<readonly Seen[]> {
  const policy = await getJson<Seen>(bed, ['-n', namespace, 'get', 'networkpolicy', name]);
  const labels = Object.entries(policy.spec?.podSelector?.matchLabels ?? {});
  const selector = labels.map(([label, value]) => `${label}=${value}`).join(',');
  return await seen(bed, namespace, 'pods', '-l', selector);
}

/** What Jobs and events say of a release: what went wrong, and of what there is an event. */
export async function failuresOf(
  bed: Testbed,
  namespace: string,
  release: string,
): Promise<{ failures: string[]; told: (string | undefined)[] }> {
  const jobs = await seen(bed, namespace, 'jobs');
  const bad = jobs.filter(
    ({ metadata, status }) => metadata.ownerReferences?.[0]?.kind !== 'CronJob' || status?.failed,
  );
  const events = (await seen(bed, namespace, 'events')).filter(
    // That the native cluster has no name server is its own matter.
    ({ involvedObject, reason }) =>
      involvedObject?.name.startsWith(release) && reason !== 'MissingClusterDNS',
  );
  const warnings = events.filter(({ type }) => type !== 'Normal');
  return {
    failures: [
      ...bad.map(({ metadata }) => metadata.name ?? ''),
      ...warnings.map(({ message }) => message ?? ''),
    ],
    told: [...new Set(events.map(({ reason }) => reason))],
  };
}

/** What `status -A -o json` says of each PVC; its exit code is that of all namespaces, also of those that others have left. */
export function statusOfAll(bed: Testbed): {
  namespace: string;
  pvc: string;
  protection: string;
  problems: { what: string }[];
}[] {
  const bundle = join(checkout, 'dist', 'backup-ns.mjs');
  const args = [bundle, 'status', '-A', '-o', 'json', '--kubeconfig', bed.kubeconfig];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return (JSON.parse(stdout) as { lines: ReturnType<typeof statusOfAll> }).lines;
}

/** What the API server would say to a pod, without making it. */
export async function refusalOfPod(bed: Testbed, namespace: string, container: object): Promise<string> {
  const spec = { containers: [{ name: 'main', image: 'none', ...container }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: 'refused' }, spec };
  const args = ['apply', '--dry-run=server', '-f', '-'];
  return await bed.kubectl(args, JSON.stringify(pod)).then(
    () => 'taken',
    (error: unknown) => String(error),
  );
}
