import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { permissionsFor } from '../../src/backup/permissions.ts';
import type { Permission } from '../../src/kube/check-permissions.ts';
import { createSettings } from '../../src/backup/settings/create.ts';
import { readSettings } from '../../src/settings/read.ts';
import { events } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { mysqlPrograms } from '../../scripts/servers/mysql-programs.ts';
import { password as mysqlPassword, startMysql } from '../../scripts/servers/mysql-server.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password, startPostgres } from '../../scripts/servers/postgres-server.ts';
import type { Database } from '../../scripts/sandbox/app.ts';
import {
  leaveGroup,
  leaveSnapshot,
  lendLease,
  noteOf,
  openApp,
  openCluster,
  runJob,
  withoutGroups,
} from './create-scenes.ts';
import { render } from './helm.ts';
import { grantText, Installed } from './installed.ts';
import { defaultProvider } from '../../src/snapshots/providers.ts';

const namespace = 'shop';

/** Values of the chart, below `create`. */
interface Variant {
  readonly settings?: Readonly<Record<string, string>>;
  readonly hooks?: readonly object[];
}

const hook = (name: string, exec: string, container = 'db') => ({ name, exec, container, before: ['true'] });
const atRest = hook('app', 'deploy/app', 'postgres');
const both = { BAK_PVC_NAME: 'data,files' };

const variants: Readonly<Record<string, Variant>> = {
  'of a volume': {},
  'of several volumes at rest': { settings: { ...both, BAK_QUIESCE: 'sync' } },
  'of a group': { settings: { ...both, BAK_VS_GROUP_SELECTOR: 'backup=together' } },
  'with hooks in workloads': {
    hooks: [atRest, hook('db', 'StatefulSets/db'), hook('again', 'sts/db')],
  },
  'with a hook by labels': { hooks: [hook('db', 'app=db')] },
  'with hooks in one pod': { hooks: [hook('db', 'po/db-0'), hook('again', 'pod/db-0')] },
};

/** Those that have most of the rights between them: the others take their time, and differ little. */
const sample = new Set(['of a group', 'with hooks in workloads']);

/** What is granted and no reason to stop a backup when it is missing, or is asked without a review. */
const besides = new Set(['get pods', 'get jobs.batch', 'create events', 'get /version']);

const text = ({ verb, plural, subresource, group, name }: Permission): string =>
  grantText({
    verbs: [verb],
    apiGroups: [group],
    resources: [subresource ? `${plural}/${subresource}` : plural],
    ...(name !== undefined && { resourceNames: [name] }),
  });

/** What the preflight asks for is what the account has, but for what no backup is stopped for. */
function expectGranted(installed: Installed): void {
  const { settings } = readSettings(createSettings, sourcesOf(installed.environment('nightly')));
  const asked = new Set(permissionsFor(namespace, settings, defaultProvider).map(text));
  const granted = new Set(installed.grantsOf('nightly').map(grantText));
  // Any pod is one by name, too.
  expect([...asked.difference(granted)].filter((one) => !one.startsWith(`get pods '`))).toEqual([]);
  expect([...granted.difference(asked)].filter((one) => !besides.has(one))).toEqual([]);
}

/** Installs it and lets it make a backup, after another run of the namespace and one that was killed. */
async function expectLeast(
  helm: string,
  { settings = {}, hooks = [] }: Variant,
  database?: Database,
): Promise<void> {
  await using sandbox = await openCluster();
  withoutGroups(sandbox);
  const noDump = database ? {} : { BAK_DB_POSTGRES: 'false', BAK_DB_SKIP: 'true' };
  const dumps = database ? dumpsIn(sandbox) : {};
  const create = {
    settings: { BAK_PVC_NAME: 'data', ...noDump, ...settings, ...dumps },
    hooks,
    backoffLimit: 0,
  };
  const release = { name: 'nightly', namespace, values: { create } };
  const rendered = await render(helm, release);
  await openApp(sandbox, namespace, database);
  const installed = new Installed(sandbox, release, rendered);
  const run = async (name: string): Promise<void> => {
    const ending = await runJob(sandbox, namespace, name, installed);
    const log = ending === 'Complete' ? '' : logOf(sandbox, name);
    expect({ ending, log }).toEqual({ ending: 'Complete', log: '' });
  };
  let note: string | undefined;
  const isAtRest = hooks.length > 0 || 'BAK_QUIESCE' in settings;
  if (!isAtRest) {
    // The lease of the first one is made anew, that of the second one has a note: only one at rest looks without.
    await run('first');
    const isGroup = settings['BAK_VS_GROUP_SELECTOR'] !== undefined;
    note = noteOf(isGroup ? [await leaveGroup(sandbox, namespace)] : []);
  }
  leaveSnapshot(sandbox, namespace);
  await Promise.all([run('nightly-1'), lendLease(sandbox, namespace, note)]);
  expect(sandbox.objects.all(events, namespace).length).toBeGreaterThan(0);
  expect(installed.judge('nightly')).toMatchObject({ refused: [], unused: [] });
  expectGranted(installed);
}

/** Each account of the chart that makes backups, with the rights that helm gives it; or a sample of them. */
export function rightsOfCreate(helm: () => string, which: 'all' | 'some'): void {
  describe('the account of a release that makes backups', { concurrent: true, timeout: 60_000 }, () => {
    test.each(Object.entries(variants).filter(([name]) => which === 'all' || sample.has(name)))(
      'may do what a backup %s does, and no more, which is what the preflight asks for',
      (_, variant) => expectLeast(helm(), variant),
    );

    test.runIf(which === 'all' && postgresPrograms)(
      'may do what a backup of PostgreSQL does, and no more',
      async () => {
        const programs = postgresPrograms ?? '';
        await using server = await startPostgres(programs);
        const database = { programs, port: server.port, user: 'postgres', password, name: 'postgres' };
        const settings = {
          BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/app',
          BAK_DB_POSTGRES_PORT: String(server.port),
        };
        await expectLeast(helm(), { settings, hooks: [atRest] }, database);
      },
    );

    test.runIf(which === 'all' && mysqlPrograms)(
      'may do what a backup of MySQL does, and no more',
      async () => {
        await using server = await startMysql(mysqlPrograms!);
        server.query('create database shop');
        const database = { port: server.port, user: 'root', password: mysqlPassword, name: 'shop' };
        const settings = {
          BAK_DB_POSTGRES: 'false',
          BAK_DB_MYSQL: 'Yes',
          BAK_DB_MYSQL_EXEC_RESOURCE: 'deployment/app',
          BAK_DB_MYSQL_EXEC_CONTAINER: 'postgres',
          BAK_DB_MYSQL_PORT: String(server.port),
          BAK_DB_MYSQL_PASSWORD: mysqlPassword,
          BAK_DB_MYSQL_DB: 'shop',
        };
        const at = { programs: mysqlPrograms!.clients, ...database };
        await expectLeast(helm(), { settings, hooks: [atRest] }, at);
      },
    );

    test('is enough in its namespace alone, where the class is named', async () => {
      await using sandbox = await openCluster();
      await openApp(sandbox, namespace);
      const settings = { BAK_PVC_NAME: 'data', BAK_DB_SKIP: true, BAK_VS_CLASS_NAME: 'folders' };
      const values = { create: { settings, backoffLimit: 0 }, rbac: { cluster: false } };
      const release = { name: 'nightly', namespace, values };
      const objects = await render(helm(), release);
      expect(objects.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
      const installed = new Installed(sandbox, release, objects);
      expect(await runJob(sandbox, namespace, 'first', installed)).toBe('Complete');
      expectGranted(installed);
    });

    test.each(['BAK_HOOKS', 'BAK_DB_MYSQL', 'BAK_DB_POSTGRES_EXEC_RESOURCE', 'BAK_VS_GROUP_SELECTOR'])(
      'cannot follow from %s where that stands beside the settings, which is refused',
      async (name) => {
        const values = { create: { extraEnv: [{ name, value: 'x' }] } };
        const rendered = render(helm(), { name: 'nightly', namespace, values });
        await expect(rendered).rejects.toThrow(`${name} stands in create.extraEnv`);
      },
    );

    test.each<[string, Record<string, unknown>]>([
      [
        'do not say that a database is dumped, but where',
        { BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/app' },
      ],
      ['name pods', { BAK_DB_MYSQL: true, BAK_DB_MYSQL_EXEC_RESOURCE: 'pod/db-0' }],
      [
        'have the hooks',
        { BAK_DB_SKIP: true, BAK_HOOKS: JSON.stringify([hook('db', 'statefulset/db'), hook('x', 'po/x')]) },
      ],
    ])('has the rights of a backup whose settings %s', async (_, settings) => {
      const all = { BAK_PVC_NAME: 'data', ...settings };
      const release = { name: 'nightly', namespace, values: { create: { settings: all } } };
      await using sandbox = await openCluster();
      expectGranted(new Installed(sandbox, release, await render(helm(), release)));
    });
  });
}

/** Where a database of this machine has its volume. */
function dumpsIn(sandbox: Sandbox): Record<string, string> {
  const dump = join(sandbox.volume(namespace, 'data'), 'dump.sql.gz');
  return { BAK_DB_POSTGRES_DUMP_FILE: dump, BAK_DB_MYSQL_DUMP_FILE: `${dump}.mysql` };
}

function logOf({ folder }: Sandbox, job: string): string {
  const all = join(folder, 'pods', namespace);
  const own = readdirSync(all).filter((pod) => pod.startsWith(`${job}-`));
  return own.map((pod) => readFileSync(join(all, pod, 'create.log'), 'utf8')).join('');
}
