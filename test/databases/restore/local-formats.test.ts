import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { postgresPrograms } from '../../../scripts/servers/postgres-programs.ts';
import { password } from '../../../scripts/servers/postgres-server.ts';
import { readInfo } from '../../../src/databases/operations/read-info.ts';
import { restoreDatabase } from '../../../src/databases/restore/restore-database.ts';
import type { RestoreDatabaseSettings } from '../../../src/databases/restore/settings.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import { blankPostgres } from '../../support/servers.ts';
import { Scene, server } from '../operations/scene.ts';
import { temporaryFolder } from '../temporary-folder.ts';

beforeAll(blankPostgres);
afterEach(() => vi.unstubAllEnvs());

const plain: RestoreDatabaseSettings = {
  database: undefined,
  file: undefined,
  yes: true,
  unchecked: false,
  hasSafetyDump: false,
  inPlace: true,
  dropsOld: false,
  searchPath: undefined,
  tries: false,
  lockTimeoutSeconds: 10,
  maximumUsedPercent: 100,
  leaseWaitMilliseconds: 0,
};

function restore(scene: Scene, file: string, stdin?: Buffer, changes: Partial<RestoreDatabaseSettings> = {}) {
  const caller = new RecordingCaller();
  caller.input.end(stdin);
  return scene.call((target, context) =>
    restoreDatabase(target, { ...plain, file, ...changes }, caller, context),
  );
}

const here = process.env['PATH'] ?? '';
const rows = (scene: Scene) => scene.query('select count(*) from orders');

const run = (program: string, args: string[], input?: Buffer) =>
  execFileSync(program, args, {
    input,
    env: { PATH: here, PGPASSWORD: password },
    stdio: ['pipe', 'pipe', 'pipe'],
  });

/** As somebody else would make it by hand. */
function dumpOf(scene: Scene, format: string): Buffer {
  const place = ['-h', '127.0.0.1', '-p', String(server?.port), '-U', 'postgres', scene.database];
  return run(join(postgresPrograms ?? '', 'pg_dump'), [
    `--format=${format}`,
    '--clean',
    '--if-exists',
    ...place,
  ]);
}

/** 2000 orders in the dump, and none by now. */
async function openRestorable(make: (scene: Scene) => Buffer): Promise<{ scene: Scene; bytes: Buffer }> {
  const scene = await Scene.open();
  const bytes = make(scene);
  scene.query('delete from orders');
  return { scene, bytes };
}

/** From now on, containers have all that this machine has but these. */
function without(...programs: string[]): void {
  if (programs.length === 0) return;
  const folder = join(temporaryFolder('without-'), 'bin');
  mkdirSync(folder);
  const there = new Map<string, string>();
  for (const place of here.split(':').filter((one) => existsSync(one)))
    for (const name of readdirSync(place)) if (!there.has(name)) there.set(name, join(place, name));
  for (const [name, path] of there) if (!programs.includes(name)) symlinkSync(path, join(folder, name));
  vi.stubEnv('PATH', folder);
}

describe.runIf(server)(
  'a dump in the container of a format that it has no program for',
  { timeout: 60_000 },
  () => {
    test('is known by its record, and restored from here', async () => {
      without('zstd');
      const { scene, bytes } = await openRestorable((one) => zstdCompressSync(dumpOf(one, 'plain')));
      await using _scene = scene;
      const path = join(scene.app.volume, 'dump.sql.zst');
      writeFileSync(path, bytes);
      const settings = { BAK_DB_POSTGRES_DUMP_FILE: path, BAK_DB_POSTGRES_GLOBALS: 'false' };
      const state = async () => (await scene.call(readInfo, { settings })).dumps.map((dump) => dump.state);
      expect(await state()).toEqual(['unreadable', 'missing']);
      writeFileSync(`${path}.sha256`, `${createHash('sha256').update(bytes).digest('hex')}  dump.sql.zst\n`);
      expect(await state()).toEqual(['good', 'missing']);
      const inPlace = scene.call(
        (target, context) => restoreDatabase(target, plain, new RecordingCaller(), context),
        { settings },
      );
      await expect(inPlace).rejects.toMatchObject({
        reason: 'preflight',
        message: expect.stringMatching(
          /there is no zstd in the container, which reads it; download it, and/,
        ) as string,
      });
      await restore(scene, path);
      expect(rows(scene)).toBe('2000');
    });
  },
);

const lz4 = (bytes: Buffer) => run('lz4', ['-c', '-q'], bytes);
const hasLz4 = (() => {
  try {
    return lz4(Buffer.alloc(0)).length > 0;
  } catch {
    return false;
  }
})();

describe.runIf(server && hasLz4)('a dump of this machine', { timeout: 60_000 }, () => {
  const sql = (scene: Scene) => dumpOf(scene, 'plain');
  const custom = (scene: Scene) => dumpOf(scene, 'custom');
  const taken: [string, (scene: Scene) => Buffer, string[]][] = [
    ['is an archive of pg_dump', custom, []],
    ['is compressed by zstd', (scene) => zstdCompressSync(sql(scene)), []],
    ['is compressed by lz4', (scene) => lz4(sql(scene)), []],
    [
      'is compressed by zstd, which the container does not have',
      (scene) => zstdCompressSync(sql(scene)),
      ['zstd'],
    ],
    ['is a tar of pg_dump', (scene) => dumpOf(scene, 'tar'), []],
    ['is an archive that was compressed once more', (scene) => gzipSync(custom(scene)), []],
  ];

  test.each(sampled(taken, 1))('is restored, whatever its name, when it %s', async (_, make, missing) => {
    without(...missing);
    const { scene, bytes } = await openRestorable(make);
    await using _scene = scene;
    const path = join(scene.sandbox.folder, 'mine.bin');
    writeFileSync(path, bytes);
    const files = scene.files();
    await restore(scene, path);
    expect([rows(scene), scene.files()]).toEqual(['2000', files]);
  });

  const refused: [string, (scene: Scene) => Buffer, string[], RegExp][] = [
    [
      'its compression is damaged, and undone here',
      (scene) => zstdCompressSync(sql(scene)).subarray(0, 3000),
      ['zstd'],
      /^The dump on stdin is damaged: it cannot be read \(unexpected end of file\); take another$/,
    ],
    [
      'it is an archive that is cut',
      (scene) => custom(scene).subarray(0, 3000),
      [],
      /is damaged: it cannot be read \(pg_restore: error: .*\); take another/,
    ],
    [
      'it is compressed by lz4, which the container does not have',
      (scene) => lz4(sql(scene)),
      ['lz4'],
      /is compressed by lz4, which container .* does not have; decompress it first: lz4 -d$/,
    ],
    ['it is compressed twice', (scene) => gzipSync(zstdCompressSync(sql(scene))), [], /is compressed twice/],
    [
      'it is compressed by xz',
      () => Buffer.from('fd377a585a0000', 'hex'),
      [],
      /compressed by xz; decompress it first: xz -d$/,
    ],
    [
      'it is UTF-16',
      (scene) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(sql(scene).toString(), 'utf16le')]),
      [],
      /is UTF-16, as > of PowerShell/,
    ],
    [
      'it is a tar of something else',
      () => run('tar', ['-c', '-C', '/', 'etc/hostname']),
      [],
      /is a tar of something else .*directory/,
    ],
    ['it is empty', () => Buffer.alloc(0), [], /it is empty/],
  ];

  test.each(sampled(refused, 1))('changes nothing when %s', async (_, make, missing, words) => {
    without(...missing);
    const { scene, bytes } = await openRestorable(make);
    await using _scene = scene;
    const files = scene.files();
    await expect(restore(scene, '-', bytes)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(words) as string,
    });
    expect([rows(scene), scene.files()]).toEqual(['0', files]);
  });

  /** Says of a volume at first that 90 % of it are used, and then 96. */
  const filling = (): string => {
    const folder = temporaryFolder('df-');
    const seen = join(folder, 'seen');
    const ofDumps = `if [ -e ${seen} ]; then echo "/dev/vda 1000 960 40 96% /"; else : >${seen}; echo "/dev/vda 1000 900 100 90% /"; fi`;
    const df = `echo Filesystem; case "$*" in *volumes*) ${ofDumps} ;; *) echo "/dev/vdb 9999999 1 9999998 1% /" ;; esac`;
    writeFileSync(join(folder, 'df'), `#!/bin/sh\n${df}\n`, { mode: 0o755 });
    return folder;
  };
  const half = { maximumUsedPercent: 95 };

  exhaustively.test('is not sent onto a volume that it would make too full', async () => {
    vi.stubEnv('PATH', `${filling()}:${here}`);
    const { scene } = await openRestorable(() => Buffer.alloc(0));
    await using _scene = scene;
    const path = join(scene.sandbox.folder, 'mine.sql');
    writeFileSync(path, '-- \n'.repeat(30_000));
    await expect(restore(scene, path, undefined, half)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(
        /with it the volume would be 101 % full, more than the 95 % of ⟪max/,
      ) as string,
    });
    expect(scene.files()).toEqual([]);
  });

  test('is given up while it is sent when the volume becomes too full', async () => {
    vi.stubEnv('PATH', `${filling()}:${here}`);
    const { scene } = await openRestorable(() => Buffer.alloc(0));
    await using _scene = scene;
    const caller = new RecordingCaller();
    caller.input.write(Buffer.alloc(300_000, '-- \n'));
    const restored = scene.call((target, context) =>
      restoreDatabase(target, { ...plain, file: '-', ...half }, caller, context),
    );
    await expect(restored).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringMatching(
        /the volume became 96 % full as it was written, more than the 95 % of ⟪max/,
      ) as string,
    });
    expect(scene.files()).toEqual([]);
  });

  exhaustively.test('that is a folder is refused with what to do', async () => {
    const { scene } = await openRestorable(() => Buffer.alloc(0));
    await using _scene = scene;
    await expect(restore(scene, scene.sandbox.folder)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(/cannot be read: it is a folder; copy it onto the volume/) as string,
    });
  });
});
