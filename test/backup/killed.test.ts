import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { contents, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { SnapshotContent } from '../../scripts/sandbox/controllers/storage-spec.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { letLeaseExpire, startCreate, stepsOfCreate, type CreateScene } from './create-process.ts';
import { sampled } from '../support/exhaustive.ts';
import { blankPostgres } from '../support/servers.ts';
import { runInSteps } from '../support/steps-of-a-run.ts';

const postgres = await blankPostgres();
const ordersTable = (rows: number) =>
  `create table orders as select id, md5(id::text) || md5(id::text) as note from generate_series(1, ${rows}) id`;
postgres?.query(ordersTable(2000));

const previous = gzipSync('-- of yesterday\n--\n-- PostgreSQL database dump complete\n--\n');

/** A namespace whose volume has the dump of the day before. */
async function openScene(name = 'postgres'): Promise<CreateScene> {
  const sandbox = await openSandbox({ readyDelayMs: 200 });
  const server = { programs: postgresPrograms ?? '', port: postgres?.port ?? 0 };
  const database = { ...server, user: 'postgres', password, name };
  await provisionVolume(sandbox, 'shop');
  const app = await deployApp(sandbox, 'shop', database);
  writeFileSync(app.dumpFile, previous);
  return { sandbox, app, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

/** Runs `create`, step by step. */
function runWatched(
  { sandbox, app }: CreateScene,
  onStep: (step: string, kill: () => Promise<void>) => void | Promise<void>,
): Promise<number | null> {
  return runInSteps(sandbox, (server) => startCreate(sandbox, app, server), onStep);
}

function dumpIn(folder: string): string {
  return gunzipSync(readFileSync(join(folder, 'dump.sql.gz'))).toString();
}

/** pg_dump closes with that line, and since 2025 a \unrestrict. */
function isWhole(dump: string): boolean {
  return dump.slice(-200).includes('-- PostgreSQL database dump complete\n--');
}

/** What a backup leaves on the volume. */
const left = ['dump-globals.sql.gz', 'dump.sql.gz', 'dump.sql.gz.properties.sql']
  .flatMap((name) => [name, `${name}.sha256`])
  .toSorted();

/** The snapshot's folder has the very dump that the snapshot says. */
function expectGood(sandbox: Sandbox, snapshot: KubeObject): void {
  const { boundVolumeSnapshotContentName: name } = snapshot.status as Record<string, string>;
  const content = sandbox.objects.get(contents, undefined, name ?? '') as SnapshotContent;
  const folder = join(sandbox.folder, 'snapshots', content.status?.snapshotHandle ?? '');
  const file = readFileSync(join(folder, 'dump.sql.gz'));
  const dumps = JSON.parse(snapshot.metadata.annotations?.[annotation.dump] ?? '[]') as {
    path: string;
    sha256: string;
    bytes: number;
  }[];
  const { sha256, bytes } = dumps.find(({ path }) => path.endsWith('/dump.sql.gz')) ?? {};
  expect({ bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') }).toEqual({
    bytes,
    sha256,
  });
  expect(dumpIn(folder)).toContain('COPY public.orders');
  expect(isWhole(dumpIn(folder))).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(left);
}

/** The next run of the CronJob, and all that must be right after it. */
async function runAgain({ sandbox, app }: CreateScene): Promise<void> {
  letLeaseExpire(sandbox, app.namespace);
  const end = await startCreate(sandbox, app).ended;
  expect(end).toMatchObject({ exitCode: 0 });
  const all = sandbox.objects.all(snapshots, app.namespace);
  for (const tier of [label.daily, label.weekly, label.monthly]) {
    expect(all.filter(({ metadata }) => metadata.labels?.[tier] !== undefined)).toHaveLength(1);
  }
  for (const snapshot of all) expectGood(sandbox, snapshot);
  expect(readdirSync(app.volume).toSorted()).toEqual(left);
}

const steps = postgres ? await stepsOfCreate(openScene) : [];

describe.runIf(postgres)('create that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(steps.length).toBeGreaterThan(25);
    expect(steps).toContain('the answer to create volumesnapshots 1');
    expect(steps).toContain('the first on status of get pods/exec 2');
    expect(steps).toContain('the first event of watch volumesnapshots 1');
  });

  test.each(sampled(steps, 2))(
    'at %s keeps the old dump or has a whole new one, and the next run comes to a good end',
    async (wanted) => {
      await using scene = await openScene();
      let hasCome = false;
      await runWatched(scene, async (step, kill) => {
        if (step !== wanted) return;
        hasCome = true;
        await kill();
      });
      expect(hasCome).toBe(true);
      expect(isWhole(dumpIn(scene.app.volume))).toBe(true);

      await runAgain(scene);
    },
  );

  test('while pg_dump writes leaves no partial dump behind, and keeps the old one', async () => {
    postgres?.query('create database large');
    postgres?.query(ordersTable(200_000), 'large');
    await using scene = await openScene('large');
    const { sandbox, app } = scene;
    const files = () => readdirSync(app.volume);
    const run = startCreate(sandbox, app);
    await vi.waitUntil(() => files().some((file) => file.endsWith('.partial')), {
      timeout: 20_000,
      interval: 2,
    });
    await run.kill();
    await vi.waitUntil(() => files().length === 1, { timeout: 20_000 });
    expect(readFileSync(app.dumpFile)).toEqual(previous);

    await runAgain(scene);
  });
});
