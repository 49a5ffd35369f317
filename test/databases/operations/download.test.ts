import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { downloadDumps } from '../../../src/databases/operations/download-dump.ts';
import { propertiesFile } from '../../../src/databases/dump-files.ts';
import { makeDump } from '../../../src/databases/operations/make-dump.ts';
import type { DownloadSettings } from '../../../src/databases/operations/settings.ts';
import { execDrop, execTruncate } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { callerOn } from '../../../src/cli/terminal/caller.ts';
import { fakeTerminal } from '../../support/fake-terminal.ts';
import { blankPostgres } from '../../support/servers.ts';
import { Scene, server } from './scene.ts';
import { exhaustively } from '../../support/exhaustive.ts';

const plain: DownloadSettings = { database: undefined, file: undefined, force: false, unchecked: false };

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'download-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe.runIf(server)('download', { timeout: 30_000 }, () => {
  let scene: Scene;

  const download = (
    changes: Partial<DownloadSettings>,
    options: { settings?: Record<string, string>; through?: URL } = {},
    terminal = fakeTerminal(),
  ) =>
    scene.call(
      (target, context) =>
        downloadDumps(target, { ...plain, ...changes }, callerOn(terminal, context), context),
      options,
    );
  const dump = (settings: Record<string, string> = {}) =>
    scene.call(
      (target, context) => makeDump(target, { maximumUsedPercent: 100, leaseWaitMilliseconds: 0 }, context),
      { settings },
    );
  const original = () => readFileSync(scene.app.dumpFile);

  beforeAll(async () => {
    await blankPostgres();
    if (server) scene = await Scene.open(20_000);
  });
  beforeEach(async () => {
    await dump();
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test('brings the dump into a folder under its own name, as it was recorded', async () => {
    const place = folder();
    const { files } = await download({ file: place });
    const sha256 = createHash('sha256').update(original()).digest('hex');
    const path = scene.app.dumpFile;
    const file = join(place, 'dump.sql.gz');
    expect(files).toEqual([
      { path, file, bytes: original().length, sha256, isRecorded: true },
      expect.objectContaining({ path: propertiesFile(path), file: propertiesFile(file), isRecorded: true }),
    ]);
    expect(readFileSync(file)).toEqual(original());
    expect(readFileSync(propertiesFile(file))).toEqual(readFileSync(propertiesFile(path)));
    expect(readdirSync(place).toSorted()).toEqual(['dump.sql.gz', 'dump.sql.gz.properties.sql']);
  });

  exhaustively.test('brings a dump that has no properties beside it, as older ones have none', async () => {
    const place = folder();
    rmSync(propertiesFile(scene.app.dumpFile));
    await download({ file: place });
    expect(readdirSync(place)).toEqual(['dump.sql.gz']);
  });

  exhaustively.test('brings it to stdout', async () => {
    const terminal = fakeTerminal();
    const all = buffer(terminal.streams.stdout);
    await download({ file: '-' }, {}, terminal);
    terminal.streams.stdout.end();
    expect(await all).toEqual(original());
  });

  exhaustively.test('brings the dump of each database where the settings name several', async () => {
    const place = folder();
    const settings = { BAK_DB_POSTGRES_DB: `${scene.database}, postgres` };
    await dump(settings);
    await download({ file: place }, { settings });
    expect(readdirSync(place).toSorted()).toEqual(
      [
        'dump-globals.sql.gz',
        ...['dump.postgres.sql.gz', `dump.${scene.database}.sql.gz`].flatMap((file) => [
          file,
          propertiesFile(file),
        ]),
      ].toSorted(),
    );
    const one = folder();
    await download({ file: join(one, 'mine'), database: 'postgres' }, { settings });
    expect(readdirSync(one).toSorted()).toEqual(['mine', 'mine.properties.sql']);
    await expect(download({ file: '-' }, { settings })).rejects.toMatchObject({ reason: 'settings' });
  });

  exhaustively.test('does not write over a file unless it is told to', async () => {
    const file = join(folder(), 'mine');
    writeFileSync(file, 'mine');
    await expect(download({ file })).rejects.toMatchObject({
      reason: 'settings',
      message: `'${file}' is there already; give ⟪force⟫ to write over it, or another ⟪file⟫`,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await download({ file, force: true });
    expect(readFileSync(file)).toEqual(original());
  });

  test('does not write over a file that has come there meanwhile', async () => {
    const place = folder();
    const file = join(place, 'mine');
    const progress = () => {
      writeFileSync(file, 'theirs');
      return { [Symbol.dispose]: () => {} };
    };
    const downloaded = scene.call((target, context) => {
      const caller = { ...callerOn(fakeTerminal(), context), progress };
      return downloadDumps(target, { ...plain, file }, caller, context);
    });
    await expect(downloaded).rejects.toMatchObject({ reason: 'settings' });
    expect([readdirSync(place), readFileSync(file, 'utf8')]).toEqual([['mine'], 'theirs']);
  });

  test('keeps nothing of a dump that is not what was recorded', async () => {
    const place = folder();
    const bytes = original();
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    writeFileSync(scene.app.dumpFile, bytes);
    await expect(download({ file: place })).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringMatching(/is not kept: its SHA-256 is .*, and recorded was/),
    });
    expect(readdirSync(place)).toEqual([]);
  });

  exhaustively.test('refuses a dump without a record, unless it is told to take it', async () => {
    const place = folder();
    rmSync(`${scene.app.dumpFile}.sha256`);
    await expect(download({ file: place })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('⟪unchecked⟫'),
    });
    expect(readdirSync(place)).toEqual([]);
    expect((await download({ file: place, unchecked: true })).files[0]).toMatchObject({ isRecorded: false });
  });

  exhaustively.test('names a dump that is not there', async () => {
    rmSync(scene.app.dumpFile);
    await expect(download({ file: folder() })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`there is no file ${scene.app.dumpFile}`),
    });
  });

  describe('behind a bad connection', () => {
    let faults: Faults;

    beforeEach(async () => {
      const { url, ca } = scene.sandbox;
      faults = await startFaults({ server: url, tls: { ca }, headers: {} });
      return () => faults[Symbol.asyncDispose]();
    });

    test.each([
      ['cut short though all was well', execTruncate(10_000), /10000 of \d+ bytes have arrived/],
      ['dropped', execDrop(10_000), /the connection ended without a status/],
    ])('keeps nothing of a transfer that is %s', async (_, fault, words) => {
      faults.inject({ subresource: 'exec' }, fault);
      const [place, through] = [folder(), faults.url];
      for (const unchecked of [false, true]) {
        faults.clear();
        faults.inject({ subresource: 'exec' }, fault);
        await expect(download({ file: place, unchecked }, { through })).rejects.toMatchObject({
          reason: 'verification',
          message: expect.stringMatching(words),
        });
        expect(readdirSync(place)).toEqual([]);
      }
    });
  });
});
