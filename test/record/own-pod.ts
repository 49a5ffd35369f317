import { cronJobs, jobs, pods } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { object } from '../support/objects.ts';

export const ownPod = 'nightly-1-abc';

/** The pod of a Job that a CronJob made, all of them at rest; resolves to the uids of the two. */
export function loadOwnPod(
  sandbox: Sandbox,
  namespace: string,
): { readonly job: string; readonly cronJob: string } {
  const container = { name: 'run', image: 'backup-ns' };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  const spec = { schedule: '0 6 * * *', suspend: true, jobTemplate: { spec: { template } } };
  const made = sandbox.objects.create(cronJobs, namespace, {
    ...object('CronJob', { name: 'nightly', namespace }, { spec }),
    apiVersion: 'batch/v1',
  });
  const owner = ({ kind, metadata }: KubeObject) => ({
    namespace,
    ownerReferences: [
      { apiVersion: 'batch/v1', kind, name: metadata.name ?? '', uid: metadata.uid ?? '', controller: true },
    ],
  });
  const job = sandbox.objects.create(jobs, namespace, {
    ...object('Job', { name: 'nightly-1', ...owner(made) }, { spec: { suspend: true, template } }),
    apiVersion: 'batch/v1',
  });
  const status = { phase: 'Succeeded' };
  const pod = object('Pod', { name: ownPod, ...owner(job) }, { spec: template.spec, status });
  sandbox.load(pods, [{ ...pod, metadata: { ...pod.metadata, uid: 'uid-of-the-pod' } }]);
  return { job: job.metadata.uid ?? '', cronJob: made.metadata.uid ?? '' };
}
