import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { makeDump } from '../../../src/databases/operations/make-dump.ts';
import { restoreDatabase } from '../../../src/databases/restore/restore-database.ts';
import type { RestoreDatabaseSettings } from '../../../src/databases/restore/settings.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import { blankPostgres } from '../../support/servers.ts';
import { Scene, server } from '../operations/scene.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { exhaustively } from '../../support/exhaustive.ts';

beforeAll(blankPostgres);

const plain: RestoreDatabaseSettings = {
  database: undefined,
  file: undefined,
  yes: true,
  unchecked: false,
  hasSafetyDump: true,
  inPlace: false,
  dropsOld: false,
  searchPath: undefined,
  tries: false,
  lockTimeoutSeconds: 10,
  maximumUsedPercent: 100,
  leaseWaitMilliseconds: 0,
};

const restore = (scene: Scene, changes: Partial<RestoreDatabaseSettings>, caller = new RecordingCaller()) =>
  scene.call((target, context) => restoreDatabase(target, { ...plain, ...changes }, caller, context));

const dump = (scene: Scene) =>
  scene.call((target, context) =>
    makeDump(target, { maximumUsedPercent: 100, leaseWaitMilliseconds: 0 }, context),
  );

const rows = (scene: Scene) => scene.query('select count(*) from orders');

describe.runIf(server)('a restore beside', { timeout: 60_000 }, () => {
  test('brings the dump back, and keeps what was there before as a database', async () => {
    await using scene = await Scene.open();
    await dump(scene);
    scene.query('delete from orders where id > 1');
    const { exitCode, stdout } = await scene.start(['restore', '--yes']).ended;
    const [kept = ''] = /\w+_before_\w+/.exec(stdout) ?? [];
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`What was there before is database ${kept}, until you drop it.`),
    });
    expect([rows(scene), server?.query('select count(*) from orders', kept)]).toEqual(['2000', '1']);
    server?.query(`drop database ${kept}`);
  });

  exhaustively.test('asks by the name of the database, and says what becomes of the old one', async () => {
    await using scene = await Scene.open(1);
    await dump(scene);
    const caller = new RecordingCaller();
    const result = await restore(scene, { dropsOld: true }, caller);
    expect(result).toMatchObject({ way: 'beside', kept: undefined, safetyDump: undefined });
    expect(caller.asked).toMatchObject([
      { name: scene.database, sentence: expect.stringMatching(/Its sessions are ended\. .* NOT kept/) },
    ]);
  });

  exhaustively.test('makes a database anew that is lost, with all that it had as a whole', async () => {
    await using scene = await Scene.open();
    server?.query(`alter database ${scene.database} set search_path = app, public`);
    await dump(scene);
    server?.query(`drop database ${scene.database}`);
    const caller = new RecordingCaller();
    await restore(scene, {}, caller);
    expect(caller.asked).toMatchObject([
      { sentence: expect.stringMatching(/^There is no database .* made anew/) },
    ]);
    expect([rows(scene), scene.query('show search_path')]).toEqual(['2000', 'app, public']);
  });

  exhaustively.test.each(['with its record', 'without a record', 'of other bytes than its record'])(
    'makes a database anew that is lost from files of this machine, its properties %s',
    async (record) => {
      await using scene = await Scene.open();
      server?.query(`alter database ${scene.database} set search_path = app, public`);
      await dump(scene);
      server?.query(`drop database ${scene.database}`);
      const here = temporaryFolder('downloaded-');
      for (const name of scene.files()) {
        cpSync(scene.file(name), join(here, name));
        rmSync(scene.file(name));
      }
      const file = join(here, basename(scene.app.dumpFile));
      const properties = `${file}.properties.sql`;
      if (record === 'without a record') rmSync(`${properties}.sha256`);
      if (record === 'of other bytes than its record') {
        appendFileSync(properties, '--');
        await expect(restore(scene, { file })).rejects.toMatchObject({
          reason: 'preflight',
          message: expect.stringContaining('is not what was recorded of it') as string,
        });
        server?.query(`create database ${scene.database}`);
        return;
      }
      await restore(scene, { file });
      expect([rows(scene), scene.query('show search_path'), scene.files()]).toEqual([
        '2000',
        'app, public',
        [],
      ]);
    },
  );

  test('stopped by SIGTERM ends what it began, and takes its new database away', async () => {
    await using scene = await Scene.open();
    await dump(scene);
    scene.writeDump(`${scene.dump()}\nselect pg_sleep(600);\n-- PostgreSQL database dump complete\n`);
    scene.query('delete from orders where id > 1');
    const run = scene.start(['restore', '--yes']);
    const beside = `datname like '${scene.database}\\_restoring\\_%'`;
    const asleep = `select count(*) from pg_stat_activity where ${beside} and wait_event = 'PgSleep'`;
    await vi.waitUntil(() => server?.query(asleep) === '1', { timeout: 30_000, interval: 50 });
    run.terminate();
    expect(await run.ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('was stopped, and the database is as it was before'),
    });
    const left = `select count(*) from pg_database where ${beside}`;
    await vi.waitUntil(() => server?.query(left) === '0', { timeout: 20_000, interval: 50 });
    expect(rows(scene)).toBe('1');
  });
});
