import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { makeDump } from '../../../src/databases/operations/make-dump.ts';
import { restoreDatabase } from '../../../src/databases/restore/restore-database.ts';
import type { RestoreDatabaseSettings } from '../../../src/databases/restore/settings.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import { blankPostgres } from '../../support/servers.ts';
import { python } from '../../../scripts/python.ts';
import { Person } from '../operations/person.ts';
import { Scene, server } from '../operations/scene.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';

beforeAll(blankPostgres);

const plain: RestoreDatabaseSettings = {
  database: undefined,
  file: undefined,
  yes: true,
  unchecked: false,
  hasSafetyDump: true,
  inPlace: true,
  dropsOld: false,
  searchPath: undefined,
  tries: false,
  lockTimeoutSeconds: 10,
  maximumUsedPercent: 100,
  leaseWaitMilliseconds: 0,
};

function restore(
  scene: Scene,
  changes: Partial<RestoreDatabaseSettings> = {},
  stdin?: string | Buffer,
  caller = new RecordingCaller(),
) {
  caller.input.end(stdin);
  return scene.call((target, context) => restoreDatabase(target, { ...plain, ...changes }, caller, context));
}

const dump = (scene: Scene) =>
  scene.call((target, context) =>
    makeDump(target, { maximumUsedPercent: 100, leaseWaitMilliseconds: 0 }, context),
  );

const rows = (scene: Scene) => scene.query('select count(*) from orders');
const safetyDumps = (scene: Scene) => scene.files().filter((file) => /before-restore-.*gz$/.test(file));

/** A database with 2000 orders in its dump, and 1 by now. */
async function openRestorable(): Promise<Scene> {
  const scene = await Scene.open();
  await dump(scene);
  scene.query('delete from orders where id > 1');
  return scene;
}

describe.runIf(server)('restore in place', { timeout: 60_000 }, () => {
  test('brings the dump back, and keeps what was there before in a dump of its own', async () => {
    await using scene = await openRestorable();
    const result = await restore(scene);
    expect(rows(scene)).toBe('2000');
    const [before = ''] = safetyDumps(scene);
    expect(result).toMatchObject({
      database: scene.database,
      from: scene.app.dumpFile,
      safetyDump: { path: scene.file(before), database: scene.database },
    });
    const again = { BAK_DB_POSTGRES_DUMP_FILE: scene.file(before) };
    const { exitCode } = await scene.start(['restore', '--in-place', '--yes', '--no-safety-dump'], again)
      .ended;
    expect({ exitCode, rows: rows(scene) }).toEqual({ exitCode: 0, rows: '1' });
  });

  exhaustively.test(
    'asks a caller that is not a terminal by the name of the database, and tells it how far it is',
    async () => {
      await using scene = await openRestorable();
      const caller = new RecordingCaller();
      const gz = readFileSync(scene.app.dumpFile);
      await restore(scene, { file: '-' }, gz, caller);
      expect(rows(scene)).toBe('2000');
      expect(caller.asked).toEqual([
        {
          sentence: expect.stringMatching(
            /What database .* has is replaced by the dump '-'\. What it has now/,
          ),
          name: scene.database,
          details: { namespace: 'shop', database: scene.database, from: '-' },
        },
      ]);
      const all = { done: gz.length, total: undefined };
      expect(caller.steps).toMatchObject([
        { step: 'the dump', isOver: true, amount: all },
        { step: `restoring database '${scene.database}'`, isOver: true },
      ]);
    },
  );

  exhaustively.test(
    'that a caller does not confirm asks nothing more of the database, and changes nothing',
    async () => {
      await using scene = await openRestorable();
      const files = scene.files();
      const caller = new RecordingCaller(false);
      await expect(restore(scene, {}, '', caller)).rejects.toMatchObject({ reason: 'cancelled' });
      expect([caller.asked.length, rows(scene), scene.files()]).toEqual([1, '1', files]);
      expect(caller.steps).toEqual([]);
    },
  );

  exhaustively.test.runIf(python)(
    'asks a person at a terminal for the name, and shows that it is at work',
    async () => {
      await using scene = await openRestorable();
      const lock = scene.hold('begin; lock table orders in access share mode');
      const person = new Person(scene, ['restore', '--in-place', '--lock-timeout', '10m']);
      await person.sees(`Type '${scene.database}' to go ahead: `);
      person.type(`${scene.database}\r`);
      await person.sees(`restoring database '${scene.database}'  `);
      await lock.release();
      expect({ exitCode: await person.ended, rows: rows(scene) }).toEqual({ exitCode: 0, rows: '2000' });
    },
  );

  exhaustively.test('leaves alone what the dump does not have', async () => {
    await using scene = await openRestorable();
    scene.query("create table newer as select 'kept' as word");
    await restore(scene, { hasSafetyDump: false });
    expect([rows(scene), scene.query('select word from newer')]).toEqual(['2000', 'kept']);
    expect(safetyDumps(scene)).toEqual([]);
  });

  exhaustively.test('brings large objects back', async () => {
    await using scene = await Scene.open();
    scene.query("select lo_from_bytea(4711, decode(repeat('deadbeef00', 50000), 'hex'))");
    await dump(scene);
    scene.query('select lo_unlink(4711); delete from orders');
    await restore(scene);
    expect([scene.query('select md5(lo_get(4711))'), rows(scene)]).toEqual([
      scene.query("select md5(decode(repeat('deadbeef00', 50000), 'hex'))"),
      '2000',
    ]);
  });

  exhaustively.test.each([false, true])(
    'that fails at its last statement leaves the database as it was, large objects (%s) or not',
    async (hasLargeObjects) => {
      await using scene = await Scene.open();
      if (hasLargeObjects) scene.query("select lo_from_bytea(4711, 'old')");
      await dump(scene);
      if (hasLargeObjects) scene.query("select lo_put(4711, 0, 'new')");
      scene.query('delete from orders where id > 1');
      const [body, closing] = scene.dump().split('--\n-- PostgreSQL database dump complete');
      scene.writeDump(
        `${body}select no_such_function();\n--\n-- PostgreSQL database dump complete${closing}`,
      );
      await expect(restore(scene)).rejects.toMatchObject({
        reason: 'verification',
        message: expect.stringMatching(
          /as it was before: psql:.*no_such_function.*before-restore-.*backup-ns postgres restore -n shop/s,
        ),
      });
      expect(rows(scene)).toBe('1');
      const objects = scene.query('select convert_from(lo_get(oid), $$UTF8$$) from pg_largeobject_metadata');
      expect(objects).toBe(hasLargeObjects ? 'new' : '');
      expect(safetyDumps(scene)).toHaveLength(1);
    },
  );

  exhaustively.test(
    'keeps a row that looks like the lines that are left out of a dump with large objects',
    async () => {
      await using scene = await Scene.open();
      scene.query("select lo_from_bytea(4711, 'old')");
      const lines = [
        'BEGIN;',
        'COMMIT;',
        'SET lock_timeout = 0;',
        '-- Data for Name: x; Type: BLOBS; Schema: -',
      ];
      scene.query(`create table texts as select unnest(array['${lines.join("','")}']) as line`);
      await dump(scene);
      scene.query('delete from texts');
      await restore(scene);
      expect(scene.query('select line from texts').split('\n')).toEqual(lines);
    },
  );

  exhaustively.test('names the session that is in its way, after the time that it was given', async () => {
    await using scene = await openRestorable();
    const lock = scene.hold('begin; lock table orders in access share mode');
    await expect(restore(scene, { lockTimeoutSeconds: 1 })).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringMatching(/lock timeout; another session holds a lock on it: stop the app/),
    });
    await lock.release();
    await restore(scene, { lockTimeoutSeconds: 1 });
    expect(rows(scene)).toBe('2000');
  });

  exhaustively.test('stopped by SIGTERM ends what it began, and the database is as it was', async () => {
    await using scene = await openRestorable();
    const lock = scene.hold('begin; lock table orders in access share mode');
    const run = scene.start(['restore', '--in-place', '--yes', '--lock-timeout', '10m']);
    await vi.waitUntil(() => scene.waiting() === '1', { timeout: 20_000, interval: 20 });
    run.terminate();
    expect(await run.ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringMatching(/was stopped, and the database is as it was before; .*before-restore-/),
    });
    await lock.release();
    await vi.waitUntil(() => scene.sessions() === '0', { timeout: 20_000, interval: 20 });
    expect(rows(scene)).toBe('1');
  });

  exhaustively.test('and a dump do not run at once', async () => {
    await using scene = await openRestorable();
    const lock = scene.hold('begin; lock table orders in access share mode');
    const run = scene.start(['restore', '--in-place', '--yes', '--lock-timeout', '10m']);
    await vi.waitUntil(() => scene.waiting() === '1', { timeout: 20_000, interval: 20 });
    const { exitCode, stderr } = await scene.start(['dump', '--lock-wait', '1s']).ended;
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('is at work'),
    });
    await lock.release();
    expect(await run.ended).toMatchObject({ exitCode: 0 });
    expect(rows(scene)).toBe('2000');
  });

  exhaustively.test('killed leaves nothing running either', async () => {
    await using scene = await openRestorable();
    const lock = scene.hold('begin; lock table orders in access share mode');
    const run = scene.start(['restore', '--in-place', '--yes', '--lock-timeout', '10m']);
    await vi.waitUntil(() => scene.waiting() === '1', { timeout: 20_000, interval: 20 });
    await run.kill();
    await lock.release();
    await vi.waitUntil(() => scene.sessions() === '0', { timeout: 20_000, interval: 20 });
    expect(rows(scene)).toBe('1');
  });
});

exhaustively.describe.runIf(server)('a folder of pg_dump', { timeout: 60_000 }, () => {
  const settingsOf = ({ app }: Scene) => ({
    BAK_DB_POSTGRES_FORMAT: 'directory',
    BAK_DB_POSTGRES_DUMP_FILE: join(app.volume, 'dump'),
  });
  const openFolder = async (): Promise<Scene> => {
    const scene = await Scene.open();
    scene.query("select lo_from_bytea(4711, 'old')");
    expect(await scene.start(['dump'], settingsOf(scene)).ended).toMatchObject({ exitCode: 0 });
    scene.query("select lo_put(4711, 0, 'new'); delete from orders where id > 1");
    return scene;
  };
  const restoreFolder = (scene: Scene) =>
    scene.start(['restore', '--in-place', '--yes'], settingsOf(scene)).ended;
  const state = (scene: Scene) => [rows(scene), scene.query("select convert_from(lo_get(4711), 'UTF8')")];

  exhaustively.test('is restored, with its large objects', async () => {
    await using scene = await openFolder();
    expect(await restoreFolder(scene)).toMatchObject({ exitCode: 0 });
    expect(state(scene)).toEqual(['2000', 'old']);
  });

  exhaustively.test('whose restore fails leaves the database as it was', async () => {
    await using scene = await openFolder();
    scene.query('create view late as select * from orders');
    const { exitCode, stderr } = await restoreFolder(scene);
    expect(exitCode).toBe(9);
    expect(stderr).toMatch(/as it was before: psql:.*cannot drop table public.orders/);
    expect(state(scene)).toEqual(['1', 'new']);
  });

  exhaustively.test('of which a file is damaged is not restored', async () => {
    await using scene = await openFolder();
    writeFileSync(join(scene.app.volume, 'dump', 'more'), 'more');
    const { exitCode, stderr } = await restoreFolder(scene);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('is not what was recorded when it was made'),
    });
    expect(state(scene)).toEqual(['1', 'new']);
  });
});

describe.runIf(server)('a dump of this machine', { timeout: 60_000 }, () => {
  exhaustively.test('is restored, compressed or not, and nothing of it stays in the container', async () => {
    await using scene = await openRestorable();
    const [gz, sql] = [readFileSync(scene.app.dumpFile), scene.dump()];
    const files = scene.files();
    await restore(scene, { file: '-', hasSafetyDump: false }, gz);
    expect(rows(scene)).toBe('2000');
    scene.query('delete from orders');
    writeFileSync(`${scene.sandbox.folder}/mine.sql`, sql);
    await restore(scene, { file: `${scene.sandbox.folder}/mine.sql`, hasSafetyDump: false });
    expect(rows(scene)).toBe('2000');
    expect(scene.files()).toEqual(files);
  });

  test.each(
    sampled(
      [
        ['cut', (gz: Buffer, sql: string) => sql.slice(0, sql.length / 2), /not a whole dump/],
        [
          'damaged',
          (gz: Buffer) => gz.subarray(0, gz.length / 2),
          /it cannot be read \(.*(?:unexpected end of file|incomplete deflate data)/,
        ],
        ['empty', () => '', /is empty/],
      ],
      1,
    ),
  )('that is %s changes nothing', async (_, half, words) => {
    await using scene = await openRestorable();
    const files = scene.files();
    const stdin = half(readFileSync(scene.app.dumpFile), scene.dump());
    const refused = { reason: 'preflight', message: expect.stringMatching(words) as string };
    await expect(restore(scene, { file: '-' }, stdin)).rejects.toMatchObject(refused);
    expect([rows(scene), scene.files()]).toEqual(['1', files]);
  });
});

exhaustively.describe.runIf(server)(
  'a restore beside is proven before anything of the dump comes to the server',
  { timeout: 60_000 },
  () => {
    const flipped = (bytes: Buffer, at: number) => {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      return other;
    };

    test.each<[string, (gz: Buffer) => Buffer]>(
      sampled<[string, (gz: Buffer) => Buffer]>(
        [
          // Only its digest tells: the name of the packed file, and another dump that is whole.
          ['a byte of its header is another', (gz) => flipped(gz, 4)],
          ['another dump has its record', (gz) => gzipSync(`${gunzipSync(gz).toString()}\n`)],
          ['a byte in its midst is another', (gz) => flipped(gz, gz.length >> 1)],
          ['its second half is missing', (gz) => gz.subarray(0, gz.length >> 1)],
          [
            'it drops the database, before much else',
            () => gzipSync(`drop database if exists shop_1 with (force);\n${'-- more\n'.repeat(5_000_000)}`),
          ],
          ['there is more behind it', (gz) => Buffer.concat([gz, gzipSync('select 1;\n')])],
        ],
        1,
      ),
    )('and nothing is changed when %s', async (_, change) => {
      await using scene = await openRestorable();
      writeFileSync(scene.app.dumpFile, change(readFileSync(scene.app.dumpFile)));
      await expect(restore(scene, { inPlace: false, hasSafetyDump: false })).rejects.toMatchObject({
        reason: 'preflight',
        message: expect.stringMatching(
          /^Nothing was restored to database .*dump\.sql\.gz is not what was recorded of it/,
        ) as string,
      });
      expect(rows(scene)).toBe('1');
      expect(scene.query("select count(*) from pg_database where datname ~ '_(restoring|before)_'")).toBe(
        '0',
      );
    });
  },
);

describe.runIf(server)('nothing is changed by a restore', { timeout: 60_000 }, () => {
  test('that nobody has confirmed', async () => {
    await using scene = await openRestorable();
    const { exitCode, stderr } = await scene.start(['restore']).ended;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect(rows(scene)).toBe('1');
  });

  test.each<[string, (scene: Scene) => void, RegExp]>(
    sampled(
      [
        ['it is empty', ({ app }) => writeFileSync(app.dumpFile, ''), /not what was recorded/],
        ['it is cut', ({ app }) => truncateSync(app.dumpFile, 1000), /cannot be read.*\n.*not what was/s],
        [
          'its record is empty',
          ({ app }) => writeFileSync(`${app.dumpFile}.sha256`, ''),
          /not what was recorded/,
        ],
        ['it has no record', ({ app }) => rmSync(`${app.dumpFile}.sha256`), /no record .* with ⟪unchecked⟫/],
        ['it connects', (scene) => scene.writeDump(`\\connect other\n${scene.dump()}`), /pg_dump --create/],
      ],
      1,
    ),
  )('from a dump when %s', async (_, change, words) => {
    await using scene = await openRestorable();
    change(scene);
    const refused = { reason: 'preflight', message: expect.stringMatching(words) as string };
    await expect(restore(scene)).rejects.toMatchObject(refused);
    expect([rows(scene), safetyDumps(scene)]).toEqual(['1', []]);
  });

  exhaustively.test(
    'from a dump whose record states another digest, though one without a record would be taken',
    async () => {
      await using scene = await openRestorable();
      const record = `${scene.app.dumpFile}.sha256`;
      for (const text of [`${'0'.repeat(64)}  dump.sql.gz\n`, 'what?\n']) {
        writeFileSync(record, text);
        await expect(restore(scene, { unchecked: true })).rejects.toMatchObject({
          reason: 'preflight',
          message: expect.stringContaining('is not what was recorded when it was made'),
        });
      }
      expect([rows(scene), safetyDumps(scene)]).toEqual(['1', []]);
      rmSync(record);
      await restore(scene, { unchecked: true, hasSafetyDump: false });
      expect(rows(scene)).toBe('2000');
    },
  );

  exhaustively.test('before which the database cannot be dumped', async () => {
    await using scene = await openRestorable();
    scene.query("create function broken() returns int language sql as 'select 1'");
    const lock = scene.hold('begin; lock table orders in access exclusive mode');
    const run = scene.start(['restore', '--in-place', '--yes']);
    await vi.waitUntil(() => scene.waiting() === '1', { timeout: 20_000, interval: 20 });
    scene.endWaiting();
    const { exitCode, stderr } = await run.ended;
    await lock.release();
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining(
        'Nothing is restored, as the database could not be dumped as it is now',
      ),
    });
    expect([rows(scene), safetyDumps(scene)]).toEqual(['1', []]);
  });
});
