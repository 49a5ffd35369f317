import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, checkout, type Testbed } from '../../scripts/testbed.ts';
import {
  awkwardPassword,
  crashRestarts,
  freshNamespace,
  inContainer,
  sql,
  testbed,
  until,
  waitForRollout,
} from './support.ts';

const namespace = 'e2e-stop';
const app = { namespace, name: 'shop', password: awkwardPassword, size: '400Mi' };
const database = 'deployment/shop';

describe('a backup that is stopped in the middle of its dump', () => {
  let bed: Testbed;
  let oldDump: string;
  let lock: Promise<string>;

  const inDatabase = (script: string) => inContainer(bed, namespace, database, script);
  const dumpFiles = () => inDatabase('cd /var/lib/postgresql/data; sha256sum dump*; ls');
  const dumpProcesses = () =>
    inDatabase(
      `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null; echo; done | grep -E '^pg_dum[p]|parti[a]l' || :`,
    );

  function create(): ChildProcess {
    const flags = [
      '--namespace',
      namespace,
      '--pvc-name',
      volumeOf(app),
      '--db-postgres-exec-resource',
      database,
    ];
    const bundle = join(checkout, 'dist', 'backup-ns.mjs');
    return spawn(
      process.execPath,
      [bundle, 'create', '--kubeconfig', bed.kubeconfig, '--db-postgres', ...flags],
      {
        stdio: 'ignore',
      },
    );
  }

  const exitCode = async (backup: ChildProcess) => ((await once(backup, 'exit')) as [number | null])[0];

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
    await waitForRollout(bed, namespace, app.name);
    await sql(bed, namespace, database, 'create table t as select * from generate_series(1, 1000)');
    expect(await exitCode(create())).toBe(0);
    oldDump = await dumpFiles();
  });

  // pg_dump waits for a lock that somebody else holds.
  beforeEach(() => {
    lock = sql(
      bed,
      namespace,
      database,
      'begin; lock table t in access exclusive mode; select pg_sleep(300)',
    ).catch(String);
  });

  afterEach(async () => {
    await sql(
      bed,
      namespace,
      database,
      "select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'pg_sleep' and pid <> pg_backend_pid()",
    );
    await lock;
    expect(await crashRestarts(bed, namespace, database)).toEqual([]);
  });

  async function dumping(): Promise<ChildProcess> {
    const backup = create();
    await until('pg_dump to run, once the lease of a killed one is over,', 90, async () =>
      (await dumpProcesses()).includes('pg_dump') ? true : undefined,
    );
    return backup;
  }

  const nothingRuns = () =>
    until('the dump to end', 30, async () => ((await dumpProcesses()).trim() === '' ? true : undefined));

  test('by SIGTERM ends with 130, and neither a process nor a partial file stays', async () => {
    const backup = await dumping();
    backup.kill('SIGTERM');
    expect(await exitCode(backup)).toBe(130);
    expect(await dumpProcesses()).toBe('');
    expect(await dumpFiles()).toBe(oldDump);
  });

  test('by SIGKILL leaves neither a process nor a partial file either', async () => {
    const backup = await dumping();
    backup.kill('SIGKILL');
    await nothingRuns();
    expect(await dumpFiles()).toBe(oldDump);
  });

  test('can be made again afterwards', async () => {
    const backup = await dumping();
    backup.kill('SIGKILL');
    await sql(
      bed,
      namespace,
      database,
      "select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'pg_sleep' and pid <> pg_backend_pid()",
    );
    await nothingRuns();
    expect(await exitCode(create())).toBe(0);
    expect(await dumpFiles()).not.toBe(oldDump);
  });
});
