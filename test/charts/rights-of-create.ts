import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionsFor } from '../../src/backup/permissions.ts';
import type { Permission } from '../../src/check-permissions.ts';
import { createSettings } from '../../src/settings/create.ts';
import { readSettings } from '../../src/settings/read.ts';
import { events } from '../sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { mysqlPrograms } from '../support/mysql-programs.ts';
import { password as mysqlPassword, startMysql } from '../support/mysql-server.ts';
import { postgresPrograms } from '../support/postgres-programs.ts';
import { password, startPostgres } from '../support/postgres-server.ts';
import type { Database } from '../support/sandbox-app.ts';
import {
  leaveGroup,
  leaveSnapshot,
  lendLease,
  noteOf,
  openApp,
  runJob,
  withoutGroups,
} from './create-scenes.ts';
import { render } from './helm.ts';
import { grantText, Installed } from './installed.ts';

const bundle = join(import.meta.dirname, '../../dist/backup-ns.mjs');

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
  'with hooks in settings': { settings: { BAK_HOOKS: JSON.stringify([hook('db', 'statefulset/db')]) } },
};

/** What is granted and no reason to stop a backup when it is missing, or is asked without a review. */
const besides = new Set(['get pods', 'get jobs.batch', 'create events', 'get /version']);

const text = ({ verb, plural, subresource, group, name }: Permission): string =>
  grantText({
    verbs: [verb],
    apiGroups: [group],
    resources: [subresource ? `${plural}/${subresource}` : plural],
    ...(name !== undefined && { resourceNames: [name] }),
  });

function expectLeast(installed: Installed): void {
  expect(installed.judge('nightly')).toMatchObject({ refused: [], unused: [] });
  const { settings } = readSettings(createSettings, sourcesOf(installed.environment('nightly')));
  const asked = new Set(permissionsFor('shop', settings).map(text));
  const granted = new Set(installed.grantsOf('nightly').map(grantText));
  expect([...asked.difference(granted)].filter((one) => one !== `get pods 'db-0'`)).toEqual([]);
  expect([...granted.difference(asked)].filter((one) => !besides.has(one))).toEqual([]);
}

/** Each account of the chart that makes backups, with the rights that helm gives it. */
export function rightsOfCreate(helm: () => string): void {
  describe('the account of a release that makes backups', { concurrent: true, timeout: 60_000 }, () => {
    let sandbox: Sandbox;
    const servers: AsyncDisposable[] = [];
    let releases = 0;

    beforeAll(async () => {
      sandbox = await openSandbox({
        readyDelayMs: 100,
        images: { 'ghcr.io/backup-ns/backup-ns': [process.execPath, bundle] },
      });
      withoutGroups(sandbox);
    });
    afterAll(async () => {
      await sandbox?.[Symbol.asyncDispose]();
      for (const server of servers) await server[Symbol.asyncDispose]();
    });

    /** Installs it and lets it make a backup, after another run of the namespace and one that was killed. */
    async function backUp({ settings = {}, hooks = [] }: Variant, database?: Database): Promise<Installed> {
      const namespace = `shop-${++releases}`;
      const noDump = database ? {} : { BAK_DB_POSTGRES: 'false', BAK_DB_SKIP: 'true' };
      const create = { settings: { ...noDump, ...settings }, hooks, backoffLimit: 0 };
      const release = { name: 'nightly', namespace, values: { create, locks: { enabled: false } } };
      const rendered = await render(helm(), release);
      await openApp(sandbox, namespace, database);
      const installed = new Installed(sandbox, release, rendered);
      const run = async (name: string): Promise<void> => {
        const ending = await runJob(sandbox, namespace, name, installed);
        const log = ending === 'Complete' ? '' : logOf(sandbox, namespace, name);
        expect({ ending, log }).toEqual({ ending: 'Complete', log: '' });
      };
      let note: string | undefined;
      const isAtRest = hooks.length > 0 || 'BAK_HOOKS' in settings || 'BAK_QUIESCE' in settings;
      if (!isAtRest) {
        // The lease of the first one is made anew, that of the second one has a note: only one at rest looks without.
        await run('first');
        const isGroup = settings['BAK_VS_GROUP_SELECTOR'] !== undefined;
        note = noteOf(isGroup ? [await leaveGroup(sandbox, namespace)] : []);
      }
      leaveSnapshot(sandbox, namespace);
      await Promise.all([run('nightly-1'), lendLease(sandbox, namespace, note)]);
      expect(sandbox.objects.all(events, namespace).length).toBeGreaterThan(0);
      return installed;
    }

    test.each(Object.entries(variants))(
      'may do what a backup %s does, and no more, which is what the preflight asks for',
      async (_, variant) => expectLeast(await backUp(variant)),
    );

    test.runIf(postgresPrograms)('may do what a backup of PostgreSQL does, and no more', async () => {
      const programs = postgresPrograms ?? '';
      const server = await startPostgres(programs);
      servers.push(server);
      const database = { programs, port: server.port, user: 'postgres', password, name: 'postgres' };
      const settings = {
        BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/app',
        BAK_DB_POSTGRES_PORT: String(server.port),
      };
      expectLeast(
        await backUp({ settings: { ...settings, ...dumpAt('POSTGRES') }, hooks: [atRest] }, database),
      );
    });

    test.runIf(mysqlPrograms)('may do what a backup of MySQL does, and no more', async () => {
      const server = await startMysql(mysqlPrograms!);
      servers.push(server);
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
      expectLeast(await backUp({ settings: { ...settings, ...dumpAt('MYSQL') }, hooks: [atRest] }, at));
    });

    /** The volume of the namespace that comes next. */
    function dumpAt(engine: string): Record<string, string> {
      const folder = sandbox.volume(`shop-${releases + 1}`, 'data');
      return { [`BAK_DB_${engine}_DUMP_FILE`]: join(folder, 'dump.sql.gz') };
    }

    test.each(['BAK_HOOKS', 'BAK_DB_MYSQL', 'BAK_DB_POSTGRES_EXEC_RESOURCE', 'BAK_VS_GROUP_SELECTOR'])(
      'cannot follow from %s where that stands beside the settings, which is refused',
      async (name) => {
        const values = { create: { extraEnv: [{ name, value: 'x' }] } };
        const rendered = render(helm(), { name: 'nightly', namespace: 'shop', values });
        await expect(rendered).rejects.toThrow(`${name} stands in create.extraEnv`);
      },
    );

    test('has the rights of the default where the settings leave out what is dumped where', async () => {
      const settings = { BAK_DB_POSTGRES_EXEC_RESOURCE: null, BAK_DB_MYSQL: true };
      const values = { create: { settings } };
      const release = { name: 'nightly', namespace: 'default-shop', values };
      const installed = new Installed(sandbox, release, await render(helm(), release));
      const granted = installed.grantsOf('nightly').map(grantText);
      const read = readSettings(createSettings, sourcesOf(installed.environment('nightly')));
      for (const permission of permissionsFor('shop', read.settings)) {
        expect(granted).toContain(text(permission));
      }
    });
  });
}

function logOf({ folder }: Sandbox, namespace: string, job: string): string {
  const all = join(folder, 'pods', namespace);
  const own = readdirSync(all).filter((pod) => pod.startsWith(`${job}-`));
  return own.map((pod) => readFileSync(join(all, pod, 'create.log'), 'utf8')).join('');
}
