import { truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exhaustively } from '../../support/exhaustive.ts';
import { readInfo } from '../../../src/databases/operations/read-info.ts';
import { unfinishedMark } from '../../../src/databases/postgres/restore/marks.ts';
import { roles } from '../../../scripts/sandbox/objects/kinds.ts';
import { blankPostgres } from '../../support/servers.ts';
import { Scene, server } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  await blankPostgres();
  if (server) scene = await Scene.open(10);
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const info = (settings: Record<string, string> = {}) => scene.call(readInfo, { settings });
const dumpState = async () => (await info()).dumps[0]?.state;

describe.runIf(server)('info', { timeout: 30_000 }, () => {
  test('tells of the server, the tool, the pod and the databases', async () => {
    const version = server?.query('show server_version');
    expect(await info()).toMatchObject({
      engine: 'postgres',
      namespace: 'shop',
      pod: expect.stringMatching(/^app-/),
      container: 'postgres',
      serverVersion: version,
      toolVersion: version,
      role: 'primary',
      user: 'postgres',
      databases: [
        { name: 'postgres', bytes: expect.any(Number) },
        { name: scene.database, bytes: Number(scene.query('select pg_database_size(current_database())')) },
      ],
    });
  });

  test('tells what the dump is like', async () => {
    expect(await dumpState()).toBe('missing');
    expect((await scene.start(['dump']).ended).exitCode).toBe(0);
    const [dump] = (await info()).dumps;
    expect(dump).toMatchObject({ state: 'good', path: scene.app.dumpFile });
    expect(dump?.ageSeconds).toBeLessThan(60);
    const { stdout } = await scene.start(['info']).ended;
    expect(stdout).toMatch(
      /\nDUMP +AGE +SIZE +STATE +SHA256\n.*dump.sql.gz .* matches its record +[0-9a-f]{64}\n/,
    );

    scene.writeDump(scene.dump());
    writeFileSync(`${scene.app.dumpFile}.sha256`, `${'0'.repeat(64)}  dump.sql.gz\n`);
    expect(await dumpState()).toBe('mismatch');
    scene.writeDump(scene.dump().slice(0, 500));
    expect(await dumpState()).toBe('cut');
    truncateSync(scene.app.dumpFile, 100);
    expect(await dumpState()).toBe('damaged');
  });

  exhaustively.test('tells which databases a restore has left', async () => {
    const [kept, unfinished] = [`${scene.database}_before_20261130t161200`, `${scene.database}_restoring`];
    for (const name of [kept, unfinished]) server?.query(`create database ${name}`);
    server?.query(`comment on database ${unfinished} is '${unfinishedMark}x'`);
    const { databases } = await info();
    expect(databases.filter(({ left }) => left)).toEqual([
      { name: kept, bytes: expect.any(Number), left: 'kept' },
      { name: unfinished, bytes: expect.any(Number), left: 'unfinished' },
    ]);
    const { stdout } = await scene.start(['info']).ended;
    expect(stdout).toMatch(/_before_20261130t161200 .* what was there before; drop it when/);
    for (const name of [kept, unfinished]) server?.query(`drop database ${name}`);
  });

  test('names what is wrong with the credentials', async () => {
    await expect(info({ BAK_DB_POSTGRES_USER: 'nobody' })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(
        /PostgreSQL refuses database .* to user 'nobody' .*; check ⟪postgresUser postgresPassword/,
      ),
    });
  });

  test('says that there is no such deployment to who may look', async () => {
    const { objects } = scene.sandbox;
    for (const role of objects.all(roles, 'shop')) {
      objects.touch(roles, role, (one) => {
        const { rules } = one as unknown as { rules: { resources: string[]; resourceNames?: string[] }[] };
        for (const rule of rules) if (rule.resources.includes('deployments')) delete rule.resourceNames;
      });
    }
    await expect(info({ BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/none' })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining("There is no deployment 'none'"),
    });
  });
});
