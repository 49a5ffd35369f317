import type { KubeObject } from '../../src/kube/object.ts';
import { createKube } from '../../src/kube/client.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import { systemClock, systemRandom, type Clock } from '../../src/core/system.ts';
import { knownNames } from '../../src/cli/known-settings.ts';
import { runJob } from '../../src/job/run-job.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cronJobs, namespaces } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { object } from '../support/objects.ts';
import { testContext } from '../support/context.ts';

/** Whoever looks again and again does so without long pauses. */
export const hurried: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal, options) => systemClock.sleep(Math.min(milliseconds, 50), signal, options),
};

export async function openShop(): Promise<Sandbox> {
  const sandbox = await openSandbox();
  const metadata = { name: 'shop' };
  sandbox.objects.create(namespaces, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata });
  return sandbox;
}

/** A CronJob that makes backups, as far as its manifest tells: the container runs this script of a shell. */
export function cronJob(name: string, script: string, spec: object = {}, jobSpec: object = {}): KubeObject {
  const container = {
    name: 'create',
    image: 'ghcr.io/backup-ns/backup-ns:1',
    command: ['sh', '-c', script],
    args: ['create'],
  };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  const jobTemplate = {
    metadata: { labels: { team: 'shop' }, annotations: { note: 'by the template' } },
    spec: { backoffLimit: 0, ...jobSpec, template },
  };
  const all = { schedule: '0 4 31 2 *', jobTemplate, ...spec };
  return { ...object('CronJob', { name }, { spec: all }), apiVersion: 'batch/v1' };
}

export function add(sandbox: Sandbox, made: KubeObject): KubeObject {
  return sandbox.objects.create(cronJobs, 'shop', made);
}

/** Runs `create --job` as far as the use case goes; what it printed and said is kept. */
export function run(sandbox: Sandbox, name?: string, server?: URL) {
  const kubeconfig = join(sandbox.folder, 'kubeconfig-person');
  writeFileSync(kubeconfig, sandbox.kubeconfig({ namespace: 'shop', ...(server && { server }) }));
  const kube = createKube({
    access: loadClusterAccess({ kubeconfig }),
    clock: systemClock,
    random: systemRandom,
  });
  const context = { ...testContext(kube, hurried), random: systemRandom };
  let printed = '';
  const print = (bytes: Buffer): Promise<void> => {
    printed += bytes.toString();
    return Promise.resolve();
  };
  const request = { namespace: 'shop', cronJob: name, knownNames };
  const end = async (): Promise<unknown> => {
    try {
      return await runJob(request, print, context);
    } catch (error) {
      return error;
    } finally {
      await kube.close();
    }
  };
  const ended = end();
  return { ended, printed: () => printed, lines: context.lines, stop: context.stop };
}
