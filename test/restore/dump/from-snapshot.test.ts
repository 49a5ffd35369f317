import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { annotation } from '../../../src/snapshots/labels.ts';
import { snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import { blankPostgres } from '../../support/servers.ts';
import { server, type Scene } from '../../databases/operations/scene.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { annotate, left, openLost, rows, run } from './scene.ts';

let scene: Scene;
let snapshot: string;

beforeAll(async () => {
  await blankPostgres();
  if (server) ({ scene, snapshot } = await openLost());
}, 60_000);
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const nothingIsLeft = () => vi.waitFor(() => expect(left(scene)).toEqual([]), { timeout: 10_000 });

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'from-snapshot-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function recorded(): { path: string; sha256: string }[] {
  const { metadata } = scene.sandbox.objects.get(snapshots, scene.app.namespace, snapshot);
  return JSON.parse(metadata.annotations?.[annotation.dump] ?? '[]') as { path: string; sha256: string }[];
}

describe.runIf(server)('a dump on a snapshot', { timeout: 60_000 }, () => {
  test('is restored in one command, which leaves nothing behind', async () => {
    rmSync(scene.app.dumpFile);
    const { exitCode, stdout, stderr } = await run(scene, [
      'restore',
      '--snapshot',
      snapshot,
      '--yes',
      '--drop-old',
      '-o',
      'json',
    ]).ended;
    expect(stderr).not.toContain('"level":"error"');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ database: scene.database, sha256: recorded()[0]?.sha256 });
    expect(rows(scene)).toBe('2000');
    await nothingIsLeft();
  });

  exhaustively.test(
    'of a forged path is not restored, and gets no name that a program here looks for',
    async () => {
      const { metadata } = scene.sandbox.objects.get(snapshots, scene.app.namespace, snapshot);
      const record = metadata.annotations?.[annotation.dump] ?? '';
      annotate(scene, snapshot, {
        [annotation.dump]: record.replaceAll(scene.app.dumpFile, `${scene.app.volume}/.psqlrc`),
      });
      onTestFinished(() => annotate(scene, snapshot, { [annotation.dump]: record }));
      const restored = await run(scene, ['restore', '--snapshot', snapshot, '--yes']).ended;
      expect(restored.exitCode).toBe(4);
      expect(restored.stderr).toMatch(
        /names is '.*\.psqlrc', and that of the settings .* give --db-postgres-dump-file/,
      );
      const place = folder();
      const downloaded = await run(scene, ['download', '--snapshot', snapshot, '--file', place]).ended;
      expect(downloaded.exitCode).toBe(4);
      expect(downloaded.stderr).toContain('has no name of a dump');
      expect(readdirSync(place)).toEqual([]);
    },
  );

  test('is downloaded with its properties, proven by what the snapshot has recorded', async () => {
    const place = folder();
    const { exitCode, stdout, stderr } = await run(scene, [
      'download',
      '--snapshot',
      snapshot,
      '--file',
      place,
      '-o',
      'json',
    ]).ended;
    expect(stderr).not.toContain('"level":"error"');
    expect(exitCode).toBe(0);
    expect(readdirSync(place).toSorted()).toEqual(['dump.sql.gz', 'dump.sql.gz.properties.sql']);
    const [dump] = recorded();
    const bytes = readFileSync(join(place, 'dump.sql.gz'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(dump?.sha256);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [{ path: dump?.path, isRecorded: true }, { isRecorded: true }],
    });
    await nothingIsLeft();
  });

  exhaustively.test(
    'is not restored to a place that only the snapshot says, whatever is forged there, with --yes',
    async () => {
      const evil = scene.file('photo.sql.gz');
      const before =
        scene.sandbox.objects.get(snapshots, scene.app.namespace, snapshot).metadata.annotations ?? {};
      const { [annotation.dump]: record = '', [annotation.envConfig]: config = '' } = before;
      annotate(scene, snapshot, {
        [annotation.dump]: record.replaceAll(scene.app.dumpFile, evil),
        [annotation.envConfig]: config.replaceAll(scene.app.dumpFile, evil),
      });
      onTestFinished(() => annotate(scene, snapshot, before));
      const count = rows(scene);
      const port = { BAK_DB_POSTGRES_PORT: scene.settings['BAK_DB_POSTGRES_PORT'] ?? '' };
      for (const args of [['restore', '--yes', '--drop-old'], ['restore'], ['download']]) {
        const ended = await run(scene, [...args, '--snapshot', snapshot], { settings: port }).ended;
        expect(ended.exitCode).toBe(2);
        expect(ended.stderr).toContain('is not believed unless somebody at a terminal confirms it');
        expect(ended.stderr).toContain(`--db-postgres-dump-file ${evil}`);
      }
      expect(rows(scene)).toBe(count);
      await nothingIsLeft();
    },
  );

  exhaustively.test('is sent to stdout, too', async () => {
    const { exitCode, stdout } = await run(scene, ['download', '--snapshot', snapshot, '--file', '-']).ended;
    expect(exitCode).toBe(0);
    expect(stdout.length).toBeGreaterThan(100);
  });

  exhaustively.test('that is another than was recorded is not restored, and not kept', async () => {
    const before = recorded();
    const forged = JSON.stringify(before.map((one) => ({ ...one, sha256: '0'.repeat(64) })));
    annotate(scene, snapshot, { [annotation.dump]: forged });
    onTestFinished(() => annotate(scene, snapshot, { [annotation.dump]: JSON.stringify(before) }));
    const place = folder();
    const count = rows(scene);
    const restored = await run(scene, ['restore', '--snapshot', snapshot, '--yes']).ended;
    expect(restored.exitCode).toBe(4);
    expect(restored.stderr).toMatch(
      /is not what was recorded .*SHA-256 is [0-9a-f]{64}, not 0{64}; take another/,
    );
    expect(rows(scene)).toBe(count);
    const downloaded = await run(scene, ['download', '--snapshot', snapshot, '--file', place]).ended;
    expect(downloaded.exitCode).toBe(9);
    expect(downloaded.stderr).toContain('is not kept: its SHA-256 is');
    expect(readdirSync(place)).toEqual([]);
    await nothingIsLeft();
  });

  exhaustively.test.each(
    sampled(
      [
        [
          'of another database',
          [{ database: 'other' }],
          /has no dump of database 'shop_\d+', but of: 'other'; /,
        ],
        ['of another engine', [{ engine: 'mysql' }], /has no dump of PostgreSQL; find one that has/],
        ['of no size', [{ bytes: 7 }], /cannot be taken: .*bytes there, and recorded were 7; take another/],
        [
          'that lies elsewhere',
          [{ path: '/elsewhere/x.sql' }],
          /names is '\/elsewhere\/x.sql', and that of the settings .*; if it is the one/,
        ],
      ] as const,
      1,
    ),
  )('%s is refused in a sentence', async (_, changes, words) => {
    const before = recorded();
    const others = before.slice(0, 1).map((one, index) => ({ ...one, ...changes[index] }));
    annotate(scene, snapshot, { [annotation.dump]: JSON.stringify(others) });
    onTestFinished(() => annotate(scene, snapshot, { [annotation.dump]: JSON.stringify(before) }));
    const count = rows(scene);
    const { exitCode, stderr } = await run(scene, ['restore', '--snapshot', snapshot, '--yes']).ended;
    expect(stderr).toMatch(words);
    expect(exitCode).toBe(4);
    expect(rows(scene)).toBe(count);
    await nothingIsLeft();
  });

  exhaustively.test('wants no other place of a dump beside it', async () => {
    const args = ['restore', '--snapshot', snapshot, '--file', 'x', '--yes'];
    const { exitCode, stderr } = await run(scene, args).ended;
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--file and --snapshot are both given; keep one');
    const { stderr: said } = await run(scene, ['restore', '--image', 'x', '--yes']).ended;
    expect(said).toContain('--image has no meaning without --snapshot');
  });
});

exhaustively.describe.runIf(server)('whoever may not do all of it', { timeout: 60_000 }, () => {
  test('is told everything in one sentence, before anything is made', async () => {
    const lost = await openLost(['create pods', 'delete pods', 'list storageclasses']);
    await using other = lost.scene;
    const args = ['restore', '--snapshot', lost.snapshot, '--yes'];
    const { exitCode, stderr } = await run(other, args).ended;
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(
      /may not list storageclasses\.storage\.k8s\.io in the cluster; nor create, delete pods in namespace 'shop'; docs\/restore\.md has the Roles/,
    );
    expect(rows(other)).toBe('1');
  });
});
