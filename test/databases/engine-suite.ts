import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseChoice } from '../../src/databases/database-choice.ts';
import { EngineScene, withDatabase, type Given } from './engine-scene.ts';
import type { EngineServer, EngineUnderTest } from './engine-under-test.ts';
import { oldDump } from './script-case.ts';
import { hasPython } from './script-process.ts';
import { shells } from './script-support.ts';
import { applets, asNobody, readOnlyRoot, smallDisk, type Surroundings } from './surroundings.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';

const list = (...names: string[]): DatabaseChoice => ({ from: 'literal', names });

const everySurroundings: (Surroundings & { name: string })[] = [
  ...shells.map(({ name, shell }) => ({ name, shell: () => shell })),
  ...(applets === undefined
    ? []
    : [{ name: 'busybox alone', shell: () => ['busybox', 'sh'], programs: [applets] }]),
  ...(asNobody ? [{ name: 'a user without rights', ...asNobody }] : []),
  ...(readOnlyRoot ? [{ name: 'a read-only root', ...readOnlyRoot }] : []),
];

/** Compresses so slowly that a test can do something meanwhile. */
const slowly = { pigz: 'case " $* " in *" -d "*) exec gzip -d -c ;; *) exec gzip -9 -c ;; esac' };

/** What every engine must do, against a real server. */
export function engineSuite({ engine, tool, start, hostileNames, hostileUsers }: EngineUnderTest): void {
  describe.skipIf(!start || !hasPython)(`${engine} dumps`, { timeout: 60_000 }, () => {
    let server: EngineServer;
    beforeAll(async () => {
      if (!start || !hasPython) return;
      server = await start();
      server.createDatabase('shop');
      server.fill('shop');
      server.createDatabase('large');
      server.fillLarge('large', 60);
    }, 120_000);

    afterAll(() => server?.[Symbol.asyncDispose]?.());

    const open = (given: Given = {}) => new EngineScene(server, given);

    it.each(sampled(everySurroundings, 1))(
      'bring back all that there was, with $name',
      async (surroundings) => {
        const scene = open({ surroundings });
        const dump = await scene.dump();
        expect(dump).toMatchObject({ engine, database: 'shop' });
        expect(scene.digestOf(dump)).toBe(server.digest('shop'));
      },
    );

    exhaustively.test.each(['dump.sql.zst', 'dump.sql.lz4', 'dump.sql'])(
      'bring back all that there was, in the format of %s',
      async (name) => {
        const scene = open({ name });
        expect(scene.digestOf(await scene.dump())).toBe(server.digest('shop'));
      },
    );

    exhaustively.test('take user, password and database from the variables of the container', async () => {
      const variable = (name: string) => ({ from: 'container', variable: name }) as const;
      const dump = await open({
        user: variable('TEST_USER'),
        password: variable('TEST_PASSWORD'),
        databases: variable('TEST_DB'),
      }).dump();
      expect(dump).toMatchObject({ database: 'shop' });
    });

    exhaustively.test.each(hostileNames)('of a database %j alone are made', async (name) => {
      server.fill(withDatabase(server, name));
      const scene = open({ databases: list(name) });
      const dump = await scene.dump();
      expect(dump).toMatchObject({ database: name });
      expect(scene.digestOf(dump)).toBe(server.digest(name));
    });

    const choices: [string, (names: string[]) => DatabaseChoice][] = [
      ['a list', (names) => list(...names)],
      ['all', () => ({ from: 'all' })],
    ];
    it.each(sampled(choices, 1))(
      'of several databases lie beside the dump file, each in its own: %s',
      async (_, choose) => {
        const hostile = sampled(hostileNames, 1);
        for (const name of hostile) server.fill(withDatabase(server, name));
        const names = [...hostile, 'shop'];
        const scene = open({ databases: choose(names) });
        const dumps = (await scene.dumps()).filter(({ database }) => database !== undefined);
        expect(dumps.map(({ database }) => database)).toEqual(expect.arrayContaining(names));
        for (const { path } of dumps) expect(path).toMatch(/^.*\/dump\.[A-Za-z0-9_%-]+\.sql\.gz$/);
        for (const dump of dumps.filter(({ database = '' }) => names.includes(database)))
          expect(scene.digestOf(dump)).toBe(server.digest(dump.database ?? ''));
        expect(readFileSync(scene.dumpFile, 'utf8')).toBe(oldDump);
      },
    );

    it.each(sampled(hostileUsers, 1))('are made by user $user', async ({ user, password }) => {
      server.createUser(user, password);
      const literal = (value: string) => ({ from: 'literal', value }) as const;
      const dump = await open({ user: literal(user), password: literal(password) }).dump();
      expect(dump).toMatchObject({ database: 'shop' });
    });

    it('larger than the room on their volume are warned of before the first of them', async () => {
      const df = 'echo x; echo "/dev/vda 1000000000 1000 9000 10% /data"';
      const scene = open({ databases: list('large'), fakes: { df } });
      expect((await scene.check()).warnings).toEqual([]);
      rmSync(scene.dumpFile);
      expect((await scene.check()).warnings).toEqual([
        expect.stringMatching(
          /^There is no dump to go by of databases that take [\d.]+ MiB in .* has room for 8\.8 MiB/,
        ),
      ]);
    });

    it('are not begun with a wrong password', async () => {
      const { problems } = await open({ password: { from: 'literal', value: 'wrong' } }).check();
      expect(problems).toHaveLength(1);
    });

    exhaustively.test('are not begun of a database that is not there', async () => {
      const { problems } = await open({ databases: list('shop', 'nope') }).check();
      expect(problems).toEqual([expect.stringContaining("no database 'nope'")]);
    });

    exhaustively.test(
      'of a database that vanished since the check say so, and replace none of the others',
      async () => {
        server.createDatabase('fleeting');
        const scene = open({ databases: list('shop', 'fleeting') });
        const there = await scene.checked();
        server.dropDatabase('fleeting');
        expect(await scene.failure(there)).toMatch(
          /dump of database 'fleeting' .*(does not exist|Unknown database)/,
        );
      },
    );

    it('that the tool ends halfway leave the old dump as it was', async () => {
      const scene = open({ fakes: { [tool]: 'echo half; echo "no more" >&2; exit 3' } });
      const words = await scene.failure(await open().checked());
      expect(words).toContain(`no more; ${tool} ended with exit status 3`);
    });

    exhaustively.test(
      'that the tool cuts short, though it ends well, leave the old dump as it was',
      async () => {
        const scene = open({
          name: 'dump.sql',
          fakes: { [tool]: `PATH=$REAL_PATH ${tool} "$@" | head -c 1500` },
        });
        expect(await scene.failure(await open().checked())).toContain('cut short');
      },
    );

    it('that are stopped leave the old dump, and no process', async () => {
      const scene = open({ databases: list('large'), fakes: slowly });
      const words = await scene.failure(await scene.checked(), async () => {
        await scene.writing();
        scene.stop();
      });
      expect(words).toContain('the dump was stopped');
    });

    it('that make the volume too full leave the old dump as it was', async () => {
      const df = 'echo x; echo "/dev/vda 1000 930 70 93% /data"';
      const scene = open({ databases: list('large'), fakes: { df } });
      const there = { ...(await open({ databases: list('large') }).checked()), maximumUsedPercent: 90 };
      expect(await scene.failure(there)).toMatch(
        /became 93 % full as it was written, more than the 90 % of ⟪maximumUsed⟫; free some space/,
      );
    });

    exhaustively.test.skipIf(!smallDisk)(
      'that do not fit on the disk end with the words of who wrote',
      async () => {
        const scene = open({ databases: list('large'), ...(smallDisk && { surroundings: smallDisk }) });
        const there = await open({ databases: list('large') }).checked();
        expect(await scene.failure(there)).toMatch(/No space left on device.*ended with exit status/);
      },
    );

    exhaustively.test('fail when the server goes down in their midst', async () => {
      const scene = open({ databases: list('large'), fakes: slowly });
      const words = await scene.failure(await scene.checked(), async () => {
        await scene.writing();
        await server.crash();
      });
      expect(words).toContain(`${tool} ended with exit status`);
      const again = open();
      expect(again.digestOf(await again.dump())).toBe(server.digest('shop'));
    });
  });
}
