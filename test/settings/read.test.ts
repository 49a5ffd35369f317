import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ProblemsError } from '../../src/core/errors.ts';
import { createSettings } from '../../src/backup/settings/create.ts';
import { effectiveSettings, readSettings, recordable } from '../../src/settings/read.ts';
import { sourcesOf } from './sources.ts';

const directory = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const postgres = { BAK_DB_POSTGRES: 'true' };
const read = (environment: Record<string, string>, flags: Record<string, string> = {}) =>
  readSettings(createSettings, sourcesOf({ ...postgres, ...environment }, flags));
const problemsOf = (environment: Record<string, string>, flags: Record<string, string> = {}) =>
  effectiveSettings(createSettings, sourcesOf({ ...postgres, ...environment }, flags)).problems;

describe('where settings come from', () => {
  it('prefers a flag to the environment', () => {
    expect(read({ BAK_PVC_NAME: 'data' }, { BAK_PVC_NAME: 'media' }).settings.pvcs).toEqual(['media']);
  });

  it('does not look at a wrong variable that a flag overrides', () => {
    expect(read({ BAK_PVC_NAME: 'a,,b' }, { BAK_PVC_NAME: 'media' }).settings.pvcs).toEqual(['media']);
  });

  it('refuses an empty flag, which would hide the environment', () => {
    expect(problemsOf({ BAK_PVC_NAME: 'media' }, { BAK_PVC_NAME: '' })).toEqual([
      'BAK_PVC_NAME (--pvc-name) is given without a value; give one, or leave the flag out',
    ]);
  });

  it('says of each setting where it came from', () => {
    const { rows } = read(
      { BAK_NAMESPACE: 'shop', BAK_DB_POSTGRES_PASSWORD_FILE: file('origin', 'x') },
      { BAK_PVC_NAME: 'media' },
    );
    const origins = Object.fromEntries(rows.map(({ name, origin }) => [name, origin]));
    expect(origins).toMatchObject({
      BAK_NAMESPACE: 'environment',
      BAK_PVC_NAME: 'flag',
      BAK_DB_POSTGRES_PASSWORD: 'file',
      BAK_VS_RAND: 'default',
    });
  });

  it('ignores the variables that the kubelet makes of a Service with an unlucky name', () => {
    const { settings } = read({
      BAK_DB_POSTGRES_SERVICE_HOST: '10.0.0.1',
      BAK_DB_POSTGRES_SERVICE_PORT: '5432',
      BAK_DB_POSTGRES_SERVICE_PORT_SQL: '5432',
      BAK_DB_POSTGRES_PORT: 'tcp://10.0.0.1:5432',
      BAK_DB_POSTGRES_PORT_5432_TCP: 'tcp://10.0.0.1:5432',
      BAK_DB_POSTGRES_PORT_5432_TCP_ADDR: '10.0.0.1',
    });
    expect(settings.databases[0]?.connection.address).toBe('127.0.0.1:5432');
  });
});

describe('unknown names', () => {
  it.each([
    ['BAK_PVCNAME', 'BAK_PVC_NAME'],
    ['BAK_DB_POSTGRESS', 'BAK_DB_POSTGRES'],
    ['BAK_DB_POSTGRES_PASSWORT_FILE', 'BAK_DB_POSTGRES_PASSWORD_FILE'],
    ['BAK_DB_POSTGRES_DUMP_DIR', 'BAK_DB_POSTGRES_DUMP_FILE'],
    ['BAK_PVC_NAME_FILE', 'BAK_PVC_NAME'],
  ])('%s is refused and %s proposed', (name, proposal) => {
    expect(problemsOf({ [name]: 'x' })).toEqual([
      `${name} is not a setting of backup-ns; did you mean ${proposal}?`,
    ]);
  });

  it('are not looked for outside the BAK_ prefix', () => {
    expect(problemsOf({ RETAIN_LAST_DAILY: '7', PATH: '/bin', BAKERY: 'x' })).toEqual([]);
  });

  it('do not include those of databases that are switched off', () => {
    expect(
      problemsOf({ BAK_DB_MYSQL: 'false', BAK_DB_MYSQL_HOST: 'db', BAK_DB_MYSQL_PASSWORD: 'x' }),
    ).toEqual([]);
  });
});

describe('secrets', () => {
  it.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    [' secret ', ' secret '],
  ])('in a file with %j are %j', (text, value) => {
    const { settings } = read({ BAK_DB_POSTGRES_PASSWORD_FILE: file('password', text) });
    expect(settings.databases[0]?.connection.secret).toBe(value);
  });

  it('of two lines are refused, as a database would be given only the first', () => {
    const environment = { BAK_DB_POSTGRES_PASSWORD_FILE: file('two-lines', 'secret\nline') };
    expect(problemsOf(environment)).toEqual([expect.stringContaining('it must be one line')]);
  });

  it('given twice are refused', () => {
    const environment = { BAK_DB_POSTGRES_PASSWORD: 'a', BAK_DB_POSTGRES_PASSWORD_FILE: file('twice', 'b') };
    expect(problemsOf(environment)).toEqual([expect.stringContaining('are both given; keep one')]);
  });

  it('given as a flag beat a file named in the environment', () => {
    const environment = { BAK_DB_POSTGRES_PASSWORD_FILE: join(directory, 'missing') };
    const { settings } = read(environment, { BAK_DB_POSTGRES_PASSWORD: 'flag' });
    expect(settings.databases[0]?.connection.secret).toBe('flag');
  });

  it('in a file that is missing or empty are refused', () => {
    const missing = join(directory, 'missing');
    expect(problemsOf({ BAK_DB_POSTGRES_PASSWORD_FILE: missing })).toEqual([
      expect.stringMatching(/PASSWORD_FILE .* names a file that cannot be read \(ENOENT/),
    ]);
    expect(problemsOf({ BAK_DB_POSTGRES_PASSWORD_FILE: file('empty', '\n') })).toEqual([
      expect.stringContaining('names a file that is empty'),
    ]);
  });

  it('are in no row, no record and no problem', () => {
    const secret = 'hunter2';
    fc.assert(
      fc.property(fc.constantFrom(secret, `${secret}\0`, `\${${secret}`, `${secret}\n`), (text) => {
        const found = effectiveSettings(
          createSettings,
          sourcesOf({ BAK_DB_POSTGRES: 'maybe', BAK_DB_POSTGRES_PASSWORD: text }),
        );
        expect(JSON.stringify([found, recordable(found.rows)])).not.toContain(secret);
      }),
    );
  });

  it('are shown when they only name a variable of the container', () => {
    const row = read({}).rows.find(({ name }) => name === 'BAK_DB_POSTGRES_PASSWORD');
    expect(row).toEqual({
      name: 'BAK_DB_POSTGRES_PASSWORD',
      value: '${POSTGRES_PASSWORD}',
      origin: 'default',
      isSecret: true,
    });
  });
});

describe('what is recorded of a backup', () => {
  it('holds what was given and the defaults, but no secret and nothing unset', () => {
    const record = recordable(read({ BAK_NAMESPACE: 'shop', BAK_DB_POSTGRES_PASSWORD: 'x' }).rows);
    expect(record).toMatchObject({
      BAK_NAMESPACE: 'shop',
      BAK_VS_RAND: '6',
      BAK_DB_POSTGRES_USER: '${POSTGRES_USER}',
    });
    expect(record).not.toHaveProperty('BAK_DB_POSTGRES_PASSWORD');
    expect(record).not.toHaveProperty('BAK_VS_CLASS_NAME');
  });
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('reading any environment', () => {
  const names = Object.values(createSettings.table).map(({ name }) => name);
  const environments = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(fc.string(), fc.constantFrom('true', '1')),
  );

  it('ends with settings, or with one ProblemsError that holds a line for each problem', () => {
    fc.assert(
      fc.property(environments, (environment) => {
        const sources = sourcesOf(environment);
        const { problems } = effectiveSettings(createSettings, sources);
        const outcome = attempt(() => readSettings(createSettings, sources).settings.pvcs);
        const failure = problems.length > 0 && new ProblemsError('settings', problems);
        expect(outcome instanceof Error && outcome).toEqual(failure);
        expect(problems.join('')).not.toContain('\n');
      }),
    );
  });

  /** Values that settings take; what is left of all of them together is accepted more often than not. */
  const fitting: Record<string, string[]> = {
    BAK_NAMESPACE: ['shop'],
    BAK_PVC_NAME: ['data', 'data,files'],
    BAK_DB_SKIP: ['true', 'false'],
    BAK_DB_POSTGRES: ['true', 'false'],
    BAK_DB_MYSQL: ['true', 'false'],
    BAK_DB_POSTGRES_FORMAT: ['plain', 'directory'],
    BAK_DB_POSTGRES_DUMP_FILE: ['/data/dump.sql.gz', '/data/dump'],
    BAK_DB_MYSQL_DUMP_FILE: ['/data/dump.sql.gz', '/data/my.sql'],
    BAK_DB_POSTGRES_DB: ['shop', 'shop,blog', '*', '${DB}'],
    BAK_DB_MYSQL_DB: ['shop', '*'],
    BAK_DB_POSTGRES_PASSWORD: ['sesame', '${SECRET}'],
    BAK_DB_POSTGRES_EXEC_RESOURCE: ['sts/db', 'app=db,role=primary'],
    BAK_HOOKS: ['[]', '[{"exec":"pod/a","container":"b","after":["c"]}]'],
    BAK_QUIESCE: ['none', 'sync', 'fsfreeze'],
    BAK_QUIESCE_TIMEOUT: ['5s'],
    BAK_LABEL_VS_RETAIN: ['days', 'daily_weekly_monthly'],
    BAK_LABEL_VS_TIERS: ['hourly,daily'],
    BAK_FLOCK: ['true'],
    BAK_FLOCK_METHOD: ['auto', 'flock', 'lockfile'],
    TZ: ['Europe/Vienna'],
  };
  const combinations = fc.record(
    Object.fromEntries(
      Object.entries(fitting).map(([name, values]) => [
        name,
        fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom(undefined, ...values) },
          { weight: 1, arbitrary: fc.string() },
        ),
      ]),
    ),
  );

  it('any combination is accepted, and documented by env, or refused with one sentence per problem', () => {
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(combinations, (environment) => {
        const { rows, problems } = effectiveSettings(createSettings, sourcesOf(environment));
        counts[problems.length === 0 ? 'accepted' : 'refused']++;
        for (const problem of problems) expect(problem).toMatch(/^[A-Z][^\n]*[a-zA-Z0-9)?'>\]]$/s);
        expect(new Set(problems).size).toBe(problems.length);
        const given = Object.entries(environment).filter(([, value]) => value);
        const shown = given.map(([name]) => rows.find((row) => row.name === name));
        expect(shown.map((row) => row?.origin)).toEqual(given.map(() => 'environment'));
        const open = given.filter(([name], index) => !shown[index]?.isSecret && name !== 'BAK_HOOKS');
        expect(open.map(([name]) => rows.find((row) => row.name === name)?.value)).toEqual(
          open.map(([, value]) => value),
        );
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(100);
  });

  it('shows every setting once, problems or not', () => {
    fc.assert(
      fc.property(environments, (environment) => {
        const { rows } = effectiveSettings(createSettings, sourcesOf(environment));
        expect(rows.map(({ name }) => name)).toEqual(names);
      }),
    );
  });
});
