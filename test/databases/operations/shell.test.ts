import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { python } from '../../../scripts/python.ts';
import { password } from '../../../scripts/servers/postgres-server.ts';
import { Person } from './person.ts';
import { blankPostgres } from '../../support/servers.ts';
import { Scene, server } from './scene.ts';
import { exhaustively } from '../../support/exhaustive.ts';

const literal = { BAK_DB_POSTGRES_PASSWORD: password };

let scene: Scene;
beforeAll(async () => {
  await blankPostgres();
  if (server) scene = await Scene.open(10);
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

/** The command lines of all processes but this one, whose settings are its own matter. */
function commandLines(): string {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

describe.runIf(server)('a shell without a terminal', { timeout: 30_000 }, () => {
  test.each([
    ['a variable of the container', {}],
    ['text of our settings', literal],
  ])('runs what comes on stdin; the password is %s', async (_, settings) => {
    const { exitCode, stdout } = await scene.start(['shell'], settings, 'select sum(id) from orders;\n')
      .ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: ' sum \n-----\n  55\n(1 row)\n\n' });
  });

  test('carries more than a megabyte in and out', async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `\\echo ${index} of many lines`);
    const { stdout } = await scene.start(['shell'], {}, `${lines.join('\n')}\n`).ended;
    expect(stdout).toBe(lines.map((line) => `${line.slice(6)}\n`).join(''));
  });

  test('ends with 1 when the client does not end well, and prints nothing of its own to stdout', async () => {
    const input = '\\set ON_ERROR_STOP on\nselect no_such_column;\n';
    const { exitCode, stdout, stderr } = await scene.start(['shell'], {}, input).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/column "no_such_column" does not exist.*ended with exit status 3/s);
  });

  test('is refused, and names what is missing, before the client is there', async () => {
    const nobody = { BAK_DB_POSTGRES_USER: '${NO_SUCH}' };
    const { exitCode, stdout, stderr } = await scene.start(['shell'], nobody, 'select 1;\n').ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain(
      'cannot be opened: variable NO_SUCH of the container is empty, so there is no user to connect as; set BAK_DB_POSTGRES_USER',
    );
    expect(stderr).not.toContain('backup-ns-open');
  });

  exhaustively.test('connects to another database', async () => {
    const args = ['shell', '--database', 'postgres'];
    const { stdout } = await scene.start(args, {}, 'select current_database();\n').ended;
    expect(stdout).toContain(' postgres\n');
  });
});

describe.runIf(server && python)('a shell in a terminal', { timeout: 30_000 }, () => {
  const prompt = () => `${scene.database}=#`;

  test('answers, and gives the terminal back as it was', async () => {
    const person = new Person(scene, ['shell']);
    await person.sees(prompt());
    person.type('select sum(id) from orders;\r');
    await person.sees('  55\n');
    await person.sees(prompt());
    person.type('\\q\r');
    expect(await person.ended).toBe(0);
    const [before, after] = person.modes;
    expect(before).toMatch(/^[0-9a-f:]+$/);
    expect(after).toBe(before);
  });

  exhaustively.test(
    'is handed a password of our settings, which no screen and no command line shows',
    async () => {
      const person = new Person(scene, ['shell'], literal);
      await person.sees(prompt());
      expect(commandLines()).not.toContain(password);
      person.type('select current_user;\r');
      await person.sees(' postgres\n');
      person.type('\\q\r');
      expect(await person.ended).toBe(0);
      expect(person.shown).not.toContain(password);
    },
  );

  exhaustively.test('takes after the size of the terminal', async () => {
    const person = new Person(scene, ['shell']);
    await person.sees(prompt());
    person.type('\\! stty size\r');
    await person.sees('24 80\n');
    person.resize(101, 37);
    person.type('\\! until stty size | grep 37; do sleep 0.1; done\r');
    await person.sees('37 101\n');
    person.type('\\q\r');
    expect(await person.ended).toBe(0);
  });

  exhaustively.test('takes Ctrl-C as its own, not as the end', async () => {
    const person = new Person(scene, ['shell']);
    await person.sees(prompt());
    person.type('select pg_sleep(1000);\r');
    await person.sees('pg_sleep(1000);\n');
    person.type('\x03');
    await person.sees('canceling statement due to user request');
    person.type('\\q\r');
    expect(await person.ended).toBe(0);
  });

  exhaustively.test('that ends with another status than 0 says so, in a terminal as it was', async () => {
    const person = new Person(scene, ['shell']);
    await person.sees(prompt());
    person.type('\\set ON_ERROR_STOP on\r\\i /dev/null/none\r\\! kill -9 $PPID\r');
    expect(await person.ended).toBe(1);
    expect(person.shown).toContain('ended with exit status 137');
    expect(person.modes[1]).toBe(person.modes[0]);
  });

  test('that is ended by SIGTERM leaves no client behind, and the terminal as it was', async () => {
    const person = new Person(scene, ['shell']);
    await person.sees(prompt());
    person.terminate();
    expect(await person.ended).toBe(130);
    expect(scene.sessions()).toBe('0');
    expect(person.modes[1]).toBe(person.modes[0]);
  });

  exhaustively.test('that is closed leaves no client behind', async () => {
    const person = new Person(scene, ['shell']);
    await person.sees(prompt());
    expect(scene.sessions()).toBe('1');
    person.close();
    await vi.waitUntil(() => scene.sessions() === '0', { timeout: 20_000, interval: 50 });
  });

  exhaustively.test('is refused with the words of the client when the credentials are wrong', async () => {
    const person = new Person(scene, ['shell'], { BAK_DB_POSTGRES_USER: 'nobody' });
    expect(await person.ended).toBe(1);
    expect(person.shown).toContain('password authentication failed for user "nobody"');
  });

  test('is refused, and names what is missing, before the client is there', async () => {
    const person = new Person(scene, ['shell'], { BAK_DB_POSTGRES_USER: '${NO_SUCH}' });
    expect(await person.ended).toBe(4);
    expect(person.shown).toContain('cannot be opened: variable NO_SUCH of the container is empty');
    expect(person.shown).toContain('set BAK_DB_POSTGRES_USER');
  });
});
