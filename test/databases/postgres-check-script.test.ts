import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { password } from '../../scripts/servers/postgres-server.ts';
import { factsOf, oldDump, type Given } from './script-case.ts';
import { canRun, expectNothingLeft, inContainer, shells, useServer } from './script-support.ts';
import { sampled } from '../support/exhaustive.ts';

const { server, scriptCase } = useServer();

describe.skipIf(!canRun).each(sampled(shells, 1))('the check script under $name', ({ shell }) => {
  const checked = async (given: Partial<Given> = {}) => {
    const made = scriptCase({ shell, ...given });
    const before = made.state();
    const end = await made.check();
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
    return { ...end, facts: factsOf(end) };
  };

  it('finds nothing wrong where a dump can be made', async () => {
    const { exitCode, facts, stderr, stdout } = await checked();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/\nend\n$/);
    expect(facts).toMatchObject({ user: 'postgres', database: 'shop', previous: String(oldDump.length) });
    expect(facts['version']).toBe(server().query('show server_version').trim());
    expect(facts['space']).toMatch(/ \d+ +\d+ +\d+ +\d+% /);
    expect(Object.keys(facts)).not.toContain('missing');
    expect(Object.keys(facts)).not.toContain('refused');
    expect(Object.keys(facts)).not.toContain('unwritable');
  });

  it('reports a wrong password on one line, and goes on', async () => {
    const { exitCode, facts } = await checked({ env: { ...inContainer, POSTGRES_PASSWORD: 'wrong' } });
    expect(exitCode).toBe(0);
    expect(facts['refused']).toContain('password authentication failed for user "postgres"');
    expect(facts['database']).toBe('shop');
  });

  it('takes literal user, database and password as they are', async () => {
    const user = 'us\'er "$(id)`\\';
    server().query(`create role "us'er ""$(id)\`\\" login password 'a=b'`);
    onTestFinished(() => void server().query(`drop role "us'er ""$(id)\`\\"`));
    const { facts } = await checked({
      env: {},
      user: ['literal', user],
      database: ['literal', 'shop'],
      password: ['stdin', ''],
      stdin: 'a=b\n',
    });
    expect(facts).toMatchObject({ user, database: 'shop' });
    expect(facts).not.toHaveProperty('refused');
  });

  it('reads what NAME_FILE points to when NAME is empty', async () => {
    const made = scriptCase({ shell });
    const secret = join(made.root, 'sec ret');
    writeFileSync(secret, `${password}\n`);
    const env = { POSTGRES_PASSWORD: '', POSTGRES_PASSWORD_FILE: secret, POSTGRES_DB: 'shop' };
    const { facts } = await checked({ env });
    expect(facts).toMatchObject({ user: 'postgres', database: 'shop' });
    expect(facts).not.toHaveProperty('refused');
  });

  it('refuses a NAME_FILE that cannot be read', async () => {
    const env = { ...inContainer, POSTGRES_PASSWORD: '', POSTGRES_PASSWORD_FILE: '/nowhere/at all' };
    const { exitCode, stderr } = await checked({ env });
    expect(exitCode).toBe(64);
    expect(stderr).toContain(
      'variable POSTGRES_PASSWORD_FILE of the container names a file that cannot be read: /nowhere/at all',
    );
  });

  it('takes an empty NAME_FILE for none, as the database images do', async () => {
    const env = { POSTGRES_USER_FILE: '', POSTGRES_DB_FILE: '', POSTGRES_PASSWORD: password };
    const { exitCode, facts } = await checked({ env });
    expect({ exitCode, user: facts['user'] }).toEqual({ exitCode: 0, user: 'postgres' });
  });

  it('goes by the defaults of the database images: user postgres, and the database of its name', async () => {
    const { facts } = await checked({ env: { POSTGRES_PASSWORD: password } });
    expect(facts).toMatchObject({ user: 'postgres', database: 'postgres' });
    expect(facts).not.toHaveProperty('refused');
  });

  it.each([
    [
      'user',
      { user: ['container', 'APP_USER'] },
      'variable APP_USER of the container is empty, so there is no user',
    ],
    [
      'database',
      { database: ['container', 'APP_DB'] },
      'variable APP_DB of the container is empty, so there is no database',
    ],
  ] as const)('refuses another variable that is empty for the %s', async (_, given, sentence) => {
    const { exitCode, stderr } = await checked(given);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(sentence);
  });

  it('says which tools are missing, and does not connect without them', async () => {
    const { exitCode, facts } = await checked({
      programs: '/nowhere',
      fakes: {},
      env: { ...inContainer, PATH: minimalPath() },
    });
    expect(exitCode).toBe(0);
    expect(facts['missing']).toBe('pg_dump psql mkfifo du pg_dumpall');
    expect(facts['program']).toBe('gzip');
    expect(facts).not.toHaveProperty('refused');
  });

  it('resolves symbolic links of the folder', async () => {
    const made = scriptCase({ shell, folder: 'real' });
    symlinkSync(made.folder, join(made.root, 'link'));
    const linked = scriptCase({ shell });
    rmSync(linked.folder, { recursive: true });
    symlinkSync(made.folder, linked.folder);
    expect(factsOf(await linked.check())['directory']).toBe(made.folder);
  });

  it('says nothing of a folder that is not there, nor of its space', async () => {
    const made = scriptCase({ shell });
    rmSync(made.folder, { recursive: true });
    const facts = factsOf(await made.check());
    expect(facts).not.toHaveProperty('directory');
    expect(facts).not.toHaveProperty('space');
    expect(facts['database']).toBe('shop');
  });
});

/** A folder with all tools of the scripts but PostgreSQL's and gzip. */
function minimalPath(): string {
  const made = scriptCase();
  const folder = join(made.root, 'tools');
  mkdirSync(folder);
  for (const tool of [
    'printenv',
    'dd',
    'sha256sum',
    'df',
    'wc',
    'tail',
    'mv',
    'rm',
    'cat',
    'tr',
    'id',
    'sleep',
    'sync',
    'dash',
    'busybox',
    'bash',
  ]) {
    const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool]).stdout.toString().trim();
    if (found !== '') symlinkSync(found, join(folder, tool));
  }
  return folder;
}
