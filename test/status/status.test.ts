import { exhaustively } from '../support/exhaustive.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { label } from '../../src/snapshots/labels.ts';
import { status } from '../../src/cli/status.ts';
import {
  claims,
  cronJobs,
  events,
  jobs,
  namespaces,
  roleBindings,
  roles,
  serviceAccounts,
} from '../../scripts/sandbox/objects/kinds.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { now } from '../retention/support.ts';
import type { StatusReport } from '../../src/status/status.ts';
import { runCommand } from '../fuzz/run-command.ts';
import { namespace, openVolume, snap, tiered } from '../retention/real-snapshots.ts';
import { startCommand } from '../support/command-process.ts';

/** As the chart makes it, in short. */
function cronJob(env: Record<string, string>, spec: object = {}): KubeObject {
  const container = {
    name: 'create',
    image: 'ghcr.io/backup-ns/backup-ns:0.1.0',
    args: ['create'],
    env: Object.entries({ BAK_DB_SKIP: 'true', ...env }).map(([name, value]) => ({ name, value })),
  };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'backup', labels: { 'app.kubernetes.io/name': 'backup-ns' } },
    spec: { schedule: '30 4 * * *', jobTemplate: { spec: { template } }, ...spec },
  };
}

describe('status', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openVolume();
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  const ran = async (flags: Record<string, string> = { namespace }, account = {}) => {
    const { result, error, printed, said } = await runCommand(status, { flags, account }, sandbox);
    return { report: result as StatusReport, error: error as Error | undefined, printed, said };
  };

  test('says that a PVC is protected, by its CronJob and its snapshot', async () => {
    sandbox.objects.create(cronJobs, namespace, cronJob({ BAK_PVC_NAME: 'data' }));
    await snap(sandbox, 'night', tiered({ [label.daily]: '2026-11-21' }), 'retaining');
    const { report, error, printed } = await ran();
    expect(error).toBeUndefined();
    expect(report.lines).toMatchObject([
      {
        pvc: 'data',
        protection: 'yes',
        cronJobs: ['backup'],
        lastBackup: { snapshot: 'night' },
        problems: [],
      },
    ]);
    expect(printed['table']?.split('\n')).toEqual([
      'PVC   PROTECTED  SINCE  LAST-BACKUP  LAST-DUMP  NEXT-RUN  PROBLEM',
      expect.stringMatching(/^data {2}yes {8}\d+m?s +\d+m?s +- {10}in 16h {4}-$/),
    ]);
  });

  test('says of a namespace that is not there that it is not', async () => {
    const { error } = await ran({ namespace: 'shpo' });
    expect(error?.message).toBe(
      "There is no namespace 'shpo'; give one of these with -n: kubectl get namespaces",
    );
  });

  test('ends with exit code 3 and the names of what is not protected', async () => {
    const { stdout, stderr, exitCode } = await startCommand(sandbox, {
      command: 'status',
      args: ['-n', namespace],
      settings: {},
      account: {},
    }).ended;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
    expect(stderr).toContain("1 of 1 PVC is not protected: 'shop/data'");
    expect(stdout).toMatch(/^data {2}no .* Nobody backs it up: no CronJob/m);
  });

  test('warns of a class that deletes with the namespace', async () => {
    sandbox.objects.create(cronJobs, namespace, cronJob({ BAK_PVC_NAME: 'data' }));
    await snap(sandbox, 'night', tiered());
    const { report } = await ran();
    expect(report.lines).toMatchObject([
      {
        protection: 'yes',
        problems: [{ what: expect.stringMatching(/^Class 'folders' deletes the backups/) }],
      },
    ]);
  });

  test('names a Job that gets no pod, by the event of its controller', async () => {
    await using still = await openSandbox({ start: now, isStill: true });
    const metadata = (name: string, fields: object = {}) => ({
      namespace,
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-21T04:30:00Z',
      ...fields,
    });
    const batch = { apiVersion: 'batch/v1' };
    const owner = { ...batch, kind: 'CronJob', name: 'backup', uid: 'uid-backup', controller: true };
    const made = cronJob({ BAK_PVC_NAME: 'data' });
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: metadata('data') };
    const job = { ...batch, kind: 'Job', metadata: metadata('backup-1', { ownerReferences: [owner] }) };
    const refusal = {
      reason: 'FailedCreate',
      message: 'Error creating: pods "x" is forbidden: exceeded quota: small',
    };
    const involvedObject = { ...batch, kind: 'Job', namespace, name: 'backup-1', uid: 'uid-backup-1' };
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: metadata('e'),
      involvedObject,
      type: 'Warning',
      ...refusal,
    };
    still.load(claims, [{ ...claim, status: { phase: 'Bound' } }]);
    still.load(cronJobs, [{ ...made, metadata: metadata('backup') }]);
    still.load(jobs, [{ ...job, spec: {}, status: { active: 0 } }]);
    still.load(events, [event, { ...event, metadata: metadata('f'), type: 'Normal', message: 'no warning' }]);
    const { result } = await runCommand(status, { flags: { namespace } }, still);
    expect((result as StatusReport).lines[0]?.problems).toMatchObject([
      {
        what: `Job 'backup-1' gets no pod: ${refusal.message}`,
        todo: expect.stringMatching(/^raise the quota/),
      },
    ]);
  });

  test('asks for each kind once, whatever number of namespaces there is', async () => {
    for (let count = 0; count < 20; count++) {
      sandbox.objects.create(namespaces, undefined, {
        apiVersion: '',
        kind: '',
        metadata: { name: `n-${count}` },
      });
      sandbox.objects.create(cronJobs, `n-${count}`, cronJob({ BAK_PVC_NAME: 'data' }));
    }
    const before = sandbox.requests.length;
    const { report } = await ran({ 'all-namespaces': 'true' });
    expect(report.lines.length).toBe(21);
    const asked = sandbox.requests.slice(before).map(({ verb, resource }) => `${verb} ${resource}`);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.filter((words) => words.startsWith('list')).toSorted()).toEqual([
      'list cronjobs',
      'list events',
      'list jobs',
      'list persistentvolumeclaims',
      'list pods',
      'list volumesnapshotclasses',
      'list volumesnapshots',
    ]);
  });

  test('does without what the caller may not see, and says so; but not without PVCs', async () => {
    const serviceAccount = { namespace, name: 'reader' };
    const named = { apiVersion: '', kind: '', metadata: { name: 'reader' } };
    sandbox.objects.create(serviceAccounts, namespace, named);
    const rule = (apiGroup: string, resources: string[]) => ({
      apiGroups: [apiGroup],
      resources,
      verbs: ['list'],
    });
    const needed = [rule('batch', ['cronjobs']), rule('snapshot.storage.k8s.io', ['volumesnapshots'])];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
    const subjects = [{ kind: 'ServiceAccount', ...serviceAccount }];
    sandbox.objects.create(roles, namespace, { ...named, rules: needed });
    sandbox.objects.create(roleBindings, namespace, { ...named, roleRef, subjects });
    const account = { serviceAccount, namespace };
    expect((await ran({}, account)).error?.message).toMatch(
      /^You may not see the persistentvolumeclaims of namespace shop; ask for the right to list them/,
    );
    sandbox.objects.update(roles, namespace, 'reader', (role) => ({
      ...role,
      rules: [...needed, rule('', ['persistentvolumeclaims'])],
    }));
    expect((await ran({}, account)).report).toMatchObject({
      lines: [{ protection: 'no' }],
      unseen: ['classes', 'events', 'jobs', 'pods'],
    });
  });

  exhaustively.test(
    '--watch prints a line when a PVC has become protected, until Ctrl-C',
    async () => {
      sandbox.objects.create(cronJobs, namespace, cronJob({ BAK_PVC_NAME: 'data' }));
      const watch = startCommand(sandbox, {
        command: 'status',
        args: ['-w', '-n', namespace],
        settings: {},
        account: {},
      });
      await vi.waitUntil(() => /^data {2}no /m.test(watch.said().stdout), { timeout: 20_000 });
      await snap(sandbox, 'night', tiered());
      await vi.waitUntil(() => /^data {2}yes /m.test(watch.said().stdout), { timeout: 30_000 });
      watch.interrupt();
      const { exitCode, stdout } = await watch.ended;
      expect(exitCode).toBe(130);
      expect(stdout.trimEnd().split('\n').length).toBe(3);
    },
    60_000,
  );
});
