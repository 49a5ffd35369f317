import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '../../src/kube/object.ts';
import { cronJobs, jobs } from '../sandbox/objects/kinds.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { SandboxApp } from '../sandbox/app.ts';

const name = 'backup';
const keptJobs = 3;

/** The CronJob that the chart would install for the app; nothing starts it by itself here. */
export function installCronJob({ objects }: Sandbox, app: SandboxApp): void {
  const settings = { ...app.settings, BAK_LABEL_VS_TYPE: 'cronjob' };
  const env = Object.entries(settings).map(([variable, value]) => ({ name: variable, value }));
  const pod = {
    serviceAccountName: app.serviceAccount.name,
    restartPolicy: 'Never',
    containers: [{ name: 'create', image: 'backup-ns', args: ['create'], env }],
  };
  objects.create(cronJobs, app.namespace, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: {
      schedule: '30 4 * * *',
      timeZone: 'Etc/UTC',
      suspend: false,
      jobTemplate: { spec: { backoffLimit: 0, template: { spec: pod } } },
    },
  });
}

/** The CronJob says that its run of this minute has been started, as the controller of CronJobs does. */
export function noteSchedule({ objects, clock }: Sandbox, namespace: string): void {
  const lastScheduleTime = `${clock.now().toISOString().slice(0, 16)}:00Z`;
  const note = (cronJob: KubeObject): KubeObject => ({ ...cronJob, status: { lastScheduleTime } });
  objects.update(cronJobs, namespace, name, note, { subresource: 'status' });
}

/** As the controller of CronJobs makes it, and waits for its end. Throws with its log when it fails. */
export async function runBackupJob(sandbox: Sandbox, namespace: string, suffix: string): Promise<void> {
  const { objects, folder } = sandbox;
  noteSchedule(sandbox, namespace);
  const { spec } = objects.get(cronJobs, namespace, name) as KubeObject & { spec: { jobTemplate: object } };
  const manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-${suffix}` },
    ...spec.jobTemplate,
  };
  objects.create(jobs, namespace, manifest);
  for (;;) {
    const job = objects.get(jobs, namespace, manifest.metadata.name);
    const { conditions = [] } = (job.status ?? {}) as { conditions?: { type: string }[] };
    if (conditions.some(({ type }) => type === 'Complete')) break;
    if (conditions.some(({ type }) => type === 'Failed'))
      throw new Error(`The backup failed:\n${logOf(folder, namespace, manifest.metadata.name)}`);
    await delay(5);
  }
  const old = objects.all(jobs, namespace).toSorted(byAge).slice(0, -keptJobs);
  for (const { metadata } of old)
    objects.delete(jobs, namespace, metadata.name ?? '', { propagationPolicy: 'Background' });
}

/** What the Job's pod wrote; pods are folders that begin with the name of their Job. */
function logOf(folder: string, namespace: string, job: string): string {
  const pods = join(folder, 'pods', namespace);
  const own = readdirSync(pods).filter((pod) => pod.startsWith(`${job}-`));
  return own.map((pod) => readFileSync(join(pods, pod, 'create.log'), 'utf8')).join('');
}

function byAge(one: KubeObject, other: KubeObject): number {
  return (one.metadata.creationTimestamp ?? '').localeCompare(other.metadata.creationTimestamp ?? '');
}
