import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKube } from '../../../src/kube/client.ts';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import { execCapture } from '../../../src/kube/exec/capture.ts';
import type { Kube } from '../../../src/kube/kube.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { configMaps, volumeSnapshots } from '../../../src/kube/resources.ts';
import { systemClock, systemRandom } from '../../../src/core/system.ts';
import {
  claims,
  deployments,
  jobs,
  pods,
  snapshotClasses,
  snapshots,
} from '../../../scripts/sandbox/objects/kinds.ts';
import { driver } from '../../../scripts/sandbox/driver.ts';
import type { Definition } from '../../../scripts/sandbox/objects/definition.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../../scripts/sandbox/sandbox.ts';

const namespace = 'default';
const { signal } = new AbortController();
const day = 24 * 60 * 60_000;

let open: AsyncDisposable[];
beforeEach(() => (open = []));
afterEach(async () => {
  for (const resource of open.toReversed()) await resource[Symbol.asyncDispose]();
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await openSandbox(options);
  open.push(sandbox);
  return sandbox;
}

function connect(sandbox: Sandbox): Kube {
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig());
  const kube = createKube({
    access: loadClusterAccess({ kubeconfig }),
    clock: systemClock,
    random: systemRandom,
  });
  open.push({ [Symbol.asyncDispose]: () => kube.close() });
  return kube;
}

function manifest(kind: string, name: string, spec: object): KubeObject {
  return { apiVersion: '', kind, metadata: { name }, spec };
}

function job(name: string, container: object, more: object = {}): KubeObject {
  const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'none', ...container }] };
  return manifest('Job', name, { backoffLimit: 0, template: { spec }, ...more });
}

/** The object, once `isDone` says so of it. */
function until(
  { objects }: Sandbox,
  definition: Definition,
  name: string,
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at what is there
  isDone: (object: any) => unknown,
): Promise<KubeObject> {
  return vi.waitUntil(
    () => {
      const object = objects.find(definition, namespace, name);
      return object && isDone(object) ? object : undefined;
    },
    { timeout: 10_000, interval: 5 },
  );
}

const condition =
  (type: string) =>
  ({ status }: { status?: { conditions?: { type: string }[] } }) =>
    status?.conditions?.some((one) => one.type === type);

const runningPod = manifest('Pod', 'app', { containers: [{ name: 'main', image: 'none' }] });

function logOf({ folder, objects }: Sandbox, ofJob: string): string {
  const pod = objects.all(pods, namespace).find(({ metadata }) => metadata.name?.startsWith(`${ofJob}-`));
  const { name, uid = '' } = pod?.metadata ?? {};
  return readFileSync(join(folder, 'pods', namespace, `${name}-${uid.slice(0, 8)}`, 'main.log'), 'utf8');
}

describe('a sandbox', () => {
  test('runs the entrypoint of an image in a Job, in its own time and as the service account', async () => {
    const program = 'console.log(new Date().toISOString().slice(0, 10), Date.now(), process.argv[1])';
    const images = { 'example.org/tool': [process.execPath, '--eval', program] };
    const sandbox = await start({ start: new Date('2031-05-06T12:00:00Z'), images });
    sandbox.objects.create(jobs, namespace, job('dated', { image: 'example.org/tool:1.2', args: ['hello'] }));
    await until(sandbox, jobs, 'dated', condition('Complete'));
    const [date, now, argument] = logOf(sandbox, 'dated').trim().split(' ');
    expect({ date, argument }).toEqual({ date: '2031-05-06', argument: 'hello' });
    expect(Math.abs(Number(now) - sandbox.clock.now().getTime())).toBeLessThan(60_000);
  });

  test('gives the process of a Job a kubeconfig of its service account', async () => {
    const sandbox = await start();
    sandbox.objects.create(jobs, namespace, job('who', { command: ['sh', '-c', 'cat "$KUBECONFIG"'] }));
    await until(sandbox, jobs, 'who', condition('Complete'));
    const path = join(sandbox.folder, 'found');
    writeFileSync(path, logOf(sandbox, 'who'));
    const kube = createKube({
      access: loadClusterAccess({ kubeconfig: path }),
      clock: systemClock,
      random: systemRandom,
    });
    open.push({ [Symbol.asyncDispose]: () => kube.close() });
    await expect(kube.find(configMaps, { namespace, name: 'x' }, { signal })).rejects.toThrow(
      'User "system:serviceaccount:default:default" cannot get resource "configmaps"',
    );
  });

  test('tries a Job again after a while, until its patience is over', async () => {
    const sandbox = await start();
    const { objects, clock } = sandbox;
    objects.create(jobs, namespace, job('flaky', { command: ['sh', '-c', 'exit 3'] }, { backoffLimit: 1 }));
    await until(sandbox, jobs, 'flaky', ({ status }) => status?.failed === 1);
    expect(objects.all(pods, namespace)).toHaveLength(1);
    // It is asleep by now, or will see that the time has come.
    const nudge = setInterval(() => clock.advance(60_000), 5);
    const failed = await until(sandbox, jobs, 'flaky', condition('Failed'));
    clearInterval(nudge);
    expect(failed.status).toMatchObject({ failed: 2, conditions: [{}, { reason: 'BackoffLimitExceeded' }] });
  });

  test('does not try a Job again whose failure policy says that it is of no use', async () => {
    const sandbox = await start();
    const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [2] } }];
    const more = { backoffLimit: 5, podFailurePolicy: { rules } };
    sandbox.objects.create(jobs, namespace, job('wrong', { command: ['sh', '-c', 'exit 2'] }, more));
    const failed = await until(sandbox, jobs, 'wrong', condition('Failed'));
    expect(failed.status).toMatchObject({ failed: 1, conditions: [{}, { reason: 'PodFailurePolicy' }] });
  });

  test('makes a snapshot ready when the time of its class has passed on its clock', async () => {
    const sandbox = await start();
    const { objects, clock } = sandbox;
    const slow = { apiVersion: '', kind: '', metadata: { name: 'slow' }, driver, deletionPolicy: 'Delete' };
    objects.create(snapshotClasses, undefined, { ...slow, parameters: { readyDelay: '24h' } });
    const resources = { requests: { storage: '1Gi' } };
    objects.create(claims, namespace, manifest('PersistentVolumeClaim', 'data', { resources }));
    await until(sandbox, claims, 'data', ({ status }) => status.phase === 'Bound');
    const source = { persistentVolumeClaimName: 'data' };
    objects.create(
      snapshots,
      namespace,
      manifest('VolumeSnapshot', 's', { source, volumeSnapshotClassName: 'slow' }),
    );
    await until(sandbox, snapshots, 's', ({ status }) => status?.creationTime);
    expect(objects.get(snapshots, namespace, 's').status).toMatchObject({ readyToUse: false });
    clock.advance(2 * day);
    await until(sandbox, snapshots, 's', ({ status }) => status?.readyToUse);
  });

  test('keeps as many pods of a Deployment as it wants, of its present template', async () => {
    const sandbox = await start();
    const { objects } = sandbox;
    const template = (image: string) => ({
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image }] },
    });
    const selector = { matchLabels: { app: 'web' } };
    const ready =
      (count: number) =>
      ({ status }: KubeObject & { status?: { readyReplicas?: number } }) =>
        status?.readyReplicas === count;
    objects.create(
      deployments,
      namespace,
      manifest('Deployment', 'web', { replicas: 2, selector, template: template('a') }),
    );
    await until(sandbox, deployments, 'web', ready(2));
    const change = (spec: object) =>
      objects.update(deployments, namespace, 'web', (web) => ({
        ...web,
        spec: { ...(web.spec as object), ...spec },
      }));
    change({ replicas: 1, template: template('b') });
    await until(sandbox, deployments, 'web', ready(1));
    const images = objects
      .all(pods, namespace)
      .map(({ spec }) => (spec as { containers: { image: string }[] }).containers[0]?.image);
    expect(images).toEqual(['b']);
    change({ replicas: 0 });
    await vi.waitUntil(() => objects.all(pods, namespace).length === 0);
  });

  test('does not start a pod that has a volume elsewhere than where its folder is', async () => {
    const sandbox = await start();
    const { objects } = sandbox;
    objects.create(
      claims,
      namespace,
      manifest('PersistentVolumeClaim', 'data', { resources: { requests: { storage: '1Gi' } } }),
    );
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    const containers = [
      { name: 'main', image: 'none', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ];
    objects.create(pods, namespace, manifest('Pod', 'stray', { containers, volumes }));
    const pod = await until(sandbox, pods, 'stray', ({ status }) => status.containerStatuses);
    const message = `in the sandbox a volume is mounted where its folder is: ${sandbox.volume(namespace, 'data')}, not /data`;
    expect(pod.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { message } } }],
    });
  });

  test('speaks the older exec protocol when it is told to, which cannot end stdin', async () => {
    const sandbox = await start({ execProtocols: ['v4.channel.k8s.io'] });
    const kube = connect(sandbox);
    sandbox.objects.create(pods, namespace, runningPod);
    await until(sandbox, pods, 'app', ({ status }) => status.phase === 'Running');
    const target = { namespace, pod: 'app', container: 'main', signal };
    const { exitCode, stdout } = await execCapture(kube, {
      ...target,
      command: ['sh', '-c', 'echo hi; exit 7'],
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: 'hi\n' });
    await expect(kube.exec({ ...target, command: ['cat'], stdin: 'x' })).rejects.toMatchObject({
      reason: 'StdinUnsupported',
    });
  });

  test('tells who asked for what, and what came of it', async () => {
    const sandbox = await start();
    const kube = connect(sandbox);
    await kube.find(configMaps, { namespace, name: 'none' }, { signal });
    await Array.fromAsync(kube.list(volumeSnapshots, { namespace, signal }));
    const seen = sandbox.requests.map(({ verb, resource, name, user, status }) => ({
      verb,
      resource,
      name,
      user,
      status,
    }));
    const user = 'kubernetes-admin';
    expect(seen).toEqual([
      { verb: 'get', resource: 'configmaps', name: 'none', user, status: 404 },
      { verb: 'list', resource: 'volumesnapshots', name: undefined, user, status: 200 },
    ]);
  });

  test('takes its processes and its folder with it', async () => {
    const sandbox = await openSandbox();
    sandbox.objects.create(pods, namespace, {
      ...manifest('Pod', 'busy', {
        restartPolicy: 'Never',
        containers: [{ name: 'main', command: ['sh', '-c', 'echo $$; sleep 600'] }],
      }),
    });
    await until(sandbox, pods, 'busy', ({ status }) => status.phase === 'Running');
    const { uid = '' } = sandbox.objects.get(pods, namespace, 'busy').metadata;
    const log = join(sandbox.folder, 'pods', namespace, `busy-${uid.slice(0, 8)}`, 'main.log');
    const pid = Number(await vi.waitUntil(() => existsSync(log) && readFileSync(log, 'utf8').trim()));
    expect(() => process.kill(pid, 0)).not.toThrow();
    await sandbox[Symbol.asyncDispose]();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(existsSync(sandbox.folder)).toBe(false);
  });
});
