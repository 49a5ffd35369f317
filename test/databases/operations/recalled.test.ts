import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { cronJobs, roles } from '../../../scripts/sandbox/objects/kinds.ts';
import { blankPostgres } from '../../support/servers.ts';
import { startCommand } from '../../support/command-process.ts';
import { exhaustively } from '../../support/exhaustive.ts';
import { Scene, server } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  await blankPostgres();
  if (!server) return;
  scene = await Scene.open(10);
  createCronJob('backup', scene.app.settings);
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

function createCronJob(name: string, settings: Readonly<Record<string, string>>): void {
  const env = Object.entries(settings).map(([variable, value]) => ({
    name: variable,
    value: value.replaceAll('$', '$$$$'),
  }));
  const container = { name: 'create', image: 'backup-ns', args: ['create'], env };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  const spec = { schedule: '0 4 * * *', suspend: true, jobTemplate: { spec: { template } } };
  const manifest = { apiVersion: '', kind: '', metadata: { name }, spec };
  scene.sandbox.objects.create(cronJobs, scene.app.namespace, manifest);
}

/** What the account of the app may do is what a backup needs: a person may list CronJobs, too. */
function allow(verbs: readonly string[]): void {
  const { objects } = scene.sandbox;
  const { namespace, serviceAccount } = scene.app;
  const role = objects.get(roles, namespace, serviceAccount.name);
  const rules = (role['rules'] as { resources: string[] }[]).filter(
    ({ resources }) => !resources.includes('cronjobs'),
  );
  const rule = { apiGroups: ['batch'], resources: ['cronjobs'], verbs };
  objects.touch(roles, role, (current: KubeObject) => void (current['rules'] = [...rules, rule]));
}

const run = (...args: string[]) =>
  startCommand(scene.sandbox, { command: 'postgres', args, settings: {}, account: scene.app }).ended;

describe.runIf(server)('a person types no setting', { timeout: 30_000 }, () => {
  test('of a database that the CronJob of the namespace dumps', async () => {
    allow(['list']);
    const dumped = await run('dump', '-o', 'json');
    expect(dumped).toMatchObject({ exitCode: 0 });
    expect(dumped.stderr.match(/settings of CronJob 'backup': --db-postgres-exec-resource/g)).toHaveLength(1);
    expect(JSON.parse(dumped.stdout).dumps[0]).toMatchObject({ path: scene.app.dumpFile });
    const { stdout } = await run('info', '-o', 'json');
    expect(JSON.parse(stdout).dumps[0]).toMatchObject({ state: 'good' });
  });

  test('but gets the defaults where they may not look at CronJobs', async () => {
    allow([]);
    const { exitCode, stderr } = await run('info');
    expect(exitCode).toBe(4);
    expect(stderr).toContain("the CronJobs in namespace 'shop' may not be listed");
    expect(stderr).toContain('app-base');
  });

  test('and what is wrong in what was typed is said before the cluster is asked', async () => {
    const { exitCode, stderr } = await startCommand(scene.sandbox, {
      command: 'postgres',
      args: ['restore', '--file', '-', '--db-postgres-port', 'x'],
      settings: {},
      account: { ...scene.app, server: new URL('https://127.0.0.1:9') },
    }).ended;
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--db-postgres-port');
    expect(stderr).toContain('--file - leaves no stdin');
  });

  exhaustively.test(
    'nor is what is wrong between two flags hidden by a cluster that does not answer',
    async () => {
      const { exitCode, stderr } = await startCommand(scene.sandbox, {
        command: 'postgres',
        args: ['restore', '--file', '-'],
        settings: {},
        account: { ...scene.app, server: new URL('https://127.0.0.1:9') },
      }).ended;
      expect(exitCode).toBe(2);
      expect(stderr).toContain('--file - leaves no stdin');
    },
  );
});
