import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freezeScript, syncScript, thawScript } from '../../src/backup/quiesce/freeze-script.ts';
import * as mysqlCheck from '../../src/databases/mysql/check-script.ts';
import * as mysqlDump from '../../src/databases/mysql/dump-script.ts';
import * as postgresScripts from '../../src/databases/postgres/scripts.ts';
import type { ExecOptions } from '../../src/kube/kube.ts';
import { createSettings } from '../../src/backup/settings/create.ts';
import { effectiveSettings } from '../../src/settings/read.ts';
import { sourcesOf } from '../settings/sources.ts';
import { sampled } from '../support/exhaustive.ts';
import { hostileValues } from '../support/hostile-values.ts';
import { scriptOf, sentBy } from '../support/script-of.ts';
import { Shop } from './shop.ts';

const names = Object.values(createSettings.table).map(({ name }) => name);
const values = hostileValues();
const someValues = sampled(values, 9);

/** All text that is ever given to a shell to run. */
const scripts = new Set(
  [
    freezeScript,
    syncScript,
    thawScript,
    ...Object.values(mysqlCheck),
    ...Object.values(mysqlDump),
    ...Object.values(postgresScripts),
  ].filter((script) => typeof script === 'string'),
);

/** What is wanted of each database, beside the one hostile value. */
const engines = {
  postgres: { BAK_DB_POSTGRES_DUMP_FILE: '/data/dump.sql.gz' },
  mysql: {
    BAK_DB_POSTGRES: '',
    BAK_DB_MYSQL: 'true',
    BAK_DB_MYSQL_EXEC_RESOURCE: 'deployment/db',
    BAK_DB_MYSQL_EXEC_CONTAINER: 'postgres',
  },
};

/** Forms in which a value may pass for what the setting wants. */
const forms: ((value: string) => string)[] = [
  (value) => value,
  (value) => `/data/${value}`,
  (value) =>
    JSON.stringify([{ exec: 'deployment/db', container: 'postgres', before: [value || 'x', value] }]),
];

interface Run {
  readonly execs: readonly ExecOptions[];
  readonly problems: readonly string[] | undefined;
}

/** What a backup with these settings has a container run, or why it has it run nothing. */
async function run(environment: Record<string, string>): Promise<Run> {
  const { problems } = effectiveSettings(
    createSettings,
    sourcesOf({ BAK_DB_POSTGRES: 'true', ...environment }),
  );
  if (problems.length > 0) return { execs: [], problems };
  const shop = new Shop();
  const seen: ExecOptions[] = [];
  const exec = shop.kube.onExec;
  shop.kube.onExec = (options) => {
    seen.push(options);
    return exec(options);
  };
  await shop.backup(environment).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
  });
  return { execs: seen, problems: undefined };
}

describe.each(Object.entries(engines))('a hostile value in any setting of a backup of %s', (_, engine) => {
  it.each(names)('in %s is refused in one sentence, or is only ever an argument', async (name) => {
    const wrong: string[] = [];
    for (const value of someValues.flatMap((one) => forms.map((form) => form(one)))) {
      const { execs, problems = [] } = await run({ ...engine, [name]: value });
      wrong.push(...problems.filter((problem) => /[\n\0]/.test(problem)));
      const ours = execs.filter(({ command: [program] }) => program === 'sh');
      wrong.push(...ours.filter((exec) => !isOurs(exec)).map(({ command }) => command.join(' ')));
    }
    expect(wrong).toEqual([]);
  });
});

function isOurs(exec: ExecOptions): boolean {
  const [, options] = exec.command;
  return options === '-ceu' && scripts.has(scriptOf(exec));
}

describe('what real shells make of it', () => {
  const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
    ([program = '', ...options]) => spawnSync(program, [...options, '-c', '']).status === 0,
  );

  it('no value is run, as any text of a database', { timeout: 180_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const canary = join(folder, 'canary');
    mkdirSync(join(folder, 'data'));
    const accepted = new Map<string, number>();
    for (const [index, value] of someValues.entries()) {
      const [program = 'sh', ...options] = shells[index % shells.length] ?? [];
      const env = { PATH: process.env['PATH'], CANARY: canary, HOME: folder };
      for (const engine of ['postgres', 'mysql'] as const) {
        const hostile = await everywhere(engine, value, folder);
        for (const name of Object.keys(hostile)) accepted.set(name, (accepted.get(name) ?? 0) + 1);
        for (const exec of (await run(hostile)).execs) {
          const [shell, ...words] = exec.command;
          expect(shell).toBe('sh');
          spawnSync(program, [...options, ...words], {
            env,
            cwd: folder,
            input: sentBy(exec),
            timeout: 20_000,
          });
          expect(existsSync(canary), `${JSON.stringify(value)} was run`).toBe(false);
        }
      }
    }
    for (const name of ['BAK_DB_POSTGRES_USER', 'BAK_DB_MYSQL_PASSWORD', 'BAK_DB_MYSQL_DUMP_FILE']) {
      expect(accepted.get(name)).toBeGreaterThan(someValues.length / 2);
    }
  });
});

/** The value in every text of the engine that takes it. */
async function everywhere(engine: 'postgres' | 'mysql', value: string, folder: string) {
  const hostile: Record<string, string> = { ...engines[engine] };
  for (const name of ['USER', 'PASSWORD', 'DB', 'HOST', 'DUMP_FILE']) {
    const setting = `BAK_DB_${engine.toUpperCase()}_${name}`;
    const given = name === 'DUMP_FILE' ? join(folder, 'data', value.slice(0, 100)) : value;
    const { problems } = await run({ ...engines[engine], [setting]: given });
    if (!problems) hostile[setting] = given;
  }
  return hostile;
}

it('there are 200 of them, and a shell that is handed one as code does run it', () => {
  expect(values.length).toBeGreaterThanOrEqual(200);
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ran = values.slice(0, 6).filter((value, index) => {
    const canary = join(folder, `canary-${index}`);
    spawnSync('sh', ['-c', `x=${value}`], {
      env: { PATH: process.env['PATH'], CANARY: canary },
      cwd: folder,
    });
    return existsSync(canary);
  });
  expect(ran.length).toBeGreaterThan(3);
});
