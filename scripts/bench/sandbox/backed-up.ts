import type { KubeObject } from '../../../src/kube/object.ts';
import { environment, pvc, timeZone } from './settings.ts';

/** The PVC of each namespace, as old as its snapshots. */
export function* claimsOf(namespaces: readonly string[]): Generator<KubeObject> {
  for (const namespace of namespaces) {
    const metadata = {
      namespace,
      name: pvc,
      uid: `uid-claim-${namespace}`,
      creationTimestamp: '2020-01-01T00:00:00Z',
    };
    const spec = { accessModes: ['ReadWriteOnce'], volumeName: `pv-${namespace}` };
    yield { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec, status: { phase: 'Bound' } };
  }
}

/** The CronJob that backs it up, as the chart makes it. */
export function* cronJobsOf(namespaces: readonly string[]): Generator<KubeObject> {
  const env = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const containers = [{ name: 'create', image: 'ghcr.io/backup-ns/backup-ns:0.1.0', args: ['create'], env }];
  for (const [index, namespace] of namespaces.entries()) {
    const metadata = {
      namespace,
      name: 'backup',
      uid: `uid-cronjob-${namespace}`,
      creationTimestamp: '2020-01-01T00:00:00Z',
    };
    const jobTemplate = { spec: { template: { spec: { containers } } } };
    const spec = { schedule: `${index % 60} 4 * * *`, timeZone, jobTemplate };
    yield { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec };
  }
}
