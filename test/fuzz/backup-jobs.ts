import type { KubeObject } from '../../src/kube/object.ts';
import type { Definition } from '../../scripts/sandbox/objects/definition.ts';
import { cronJobs, events, jobs, pods } from '../../scripts/sandbox/objects/kinds.ts';
import { slotsOf, withValue, type Slot } from './slots.ts';

/** What `status` reads of a backup that never starts: its CronJob, a Job of it, the pod, and an event. */
export function backupJobs(
  namespace: string,
  name: string,
  pvc: string,
): Record<keyof typeof kinds, KubeObject> {
  const uid = (kind: string) => `uid-${kind}-${namespace}-${name}`;
  const metadata = (kind: string, owner?: string) => ({
    namespace,
    name,
    uid: uid(kind),
    resourceVersion: '1',
    creationTimestamp: '2026-11-20T04:30:00Z',
    ...(owner !== undefined && {
      ownerReferences: [{ apiVersion: 'batch/v1', kind: owner, name, uid: uid(owner), controller: true }],
    }),
  });
  const env = [
    { name: 'BAK_PVC_NAME', value: pvc },
    { name: 'BAK_DB_SKIP', value: 'true' },
  ];
  const containers = [{ name: 'create', image: 'backup-ns', args: ['create'], env }];
  const template = { spec: { containers } };
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
  const labels = { 'batch.kubernetes.io/job-name': name };
  return {
    cronjobs: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: metadata('CronJob'),
      spec: { schedule: '30 4 * * *', timeZone: 'UTC', jobTemplate: { spec: { template } } },
      status: { lastScheduleTime: '2026-11-20T04:30:00Z' },
    },
    jobs: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: metadata('Job', 'CronJob'),
      spec: { template },
      status: {},
    },
    pods: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata('Pod', 'Job'), labels },
      spec: { containers },
      status: { phase: 'Pending', containerStatuses: [{ name: 'create', state: { waiting } }] },
    },
    events: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: metadata('Event'),
      involvedObject: { apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid: uid('Job') },
      type: 'Warning',
      reason: 'FailedCreate',
      message: 'exceeded quota',
    },
  };
}

const kinds = { cronjobs: cronJobs, jobs, pods, events } as const;

interface Draws {
  each(slots: readonly Slot[]): { readonly slot: Slot; readonly text: string }[];
}

/** Those of hostile tenants, each with one hostile text. */
export function hostileJobs(
  draws: Draws,
  namespaceAt: (index: number) => string,
): Map<Definition, KubeObject[]> {
  const all = new Map<Definition, KubeObject[]>(Object.values(kinds).map((kind) => [kind, []]));
  for (const [plural, kind] of Object.entries(kinds)) {
    for (const [index, { slot, text }] of draws.each(slotsOf[plural as keyof typeof kinds]).entries()) {
      const baits = backupJobs(namespaceAt(index), `${plural}-${index}`, `claim-${index}`);
      for (const [own, bait] of Object.entries(baits)) {
        all.get(kinds[own as keyof typeof kinds])?.push(own === plural ? withValue(bait, slot, text) : bait);
      }
      if (!all.has(kind)) throw new Error(`no objects of ${plural}`);
    }
  }
  return all;
}

export function honestJobs(namespace: string, pvc: string): Map<Definition, KubeObject[]> {
  const own = backupJobs(namespace, 'backup', pvc);
  return new Map(Object.entries(kinds).map(([plural, kind]) => [kind, [own[plural as keyof typeof kinds]]]));
}
