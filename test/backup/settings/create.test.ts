import { describe, expect, it } from 'vitest';
import { knownNames } from '../../../src/cli/known-settings.ts';
import { ProblemsError } from '../../../src/core/errors.ts';
import { createSettings } from '../../../src/backup/settings/create.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { sourcesOf } from '../../settings/sources.ts';

const read = (environment: Record<string, string>, flags: Record<string, string> = {}) =>
  readSettings(createSettings, sourcesOf(environment, flags)).settings;

function problemsOf(
  environment: Record<string, string>,
  flags: Record<string, string> = {},
): readonly string[] {
  try {
    read(environment, flags);
    return [];
  } catch (error) {
    if (error instanceof ProblemsError && error.reason === 'settings') return error.problems;
    throw error;
  }
}

describe('the settings of create', () => {
  it('have the defaults of the scheme', () => {
    const { databases, ...others } = read({ BAK_DB_POSTGRES: 'true', BAK_FLOCK: 'true' });
    expect(databases).toHaveLength(1);
    expect(databases[0]).toMatchObject({
      engine: 'postgres',
      execResource: { kind: 'deployment', name: 'app-base' },
      container: 'postgres',
      dumpFile: '/var/lib/postgresql/data/dump.sql.gz',
      isFolder: false,
      choice: { from: 'container', variable: 'POSTGRES_DB' },
      globals: { path: '/var/lib/postgresql/data/dump-globals.sql.gz' },
      connection: {
        args: ['127.0.0.1', '5432', 'container', 'POSTGRES_USER', 'container', 'POSTGRES_PASSWORD'],
        secret: '',
      },
      dump: { args: ['2'] },
    });
    expect(others).toEqual({
      namespace: undefined,
      pvcs: ['data'],
      dryRun: false,
      timeZone: 'UTC',
      snapshot: {
        className: undefined,
        nameRandomLength: 6,
        waitUntilReady: true,
        readyTimeoutMilliseconds: 900_000,
      },
      labels: { type: 'adhoc', pod: undefined, retain: { policy: 'days', days: 30 }, keepDays: 14 },
      maximumUsedPercent: 90,
      quiesce: {
        hooks: [],
        method: 'none',
        container: undefined,
        timeoutMilliseconds: 60_000,
        restMilliseconds: 600_000,
      },
      leaseTimeoutMilliseconds: 3_600_000,
      nodeSlots: {
        method: 'auto',
        directory: '/mnt/host-backup-locks',
        count: 2,
        timeoutMilliseconds: 3_600_000,
      },
      record: { pod: undefined, metrics: undefined },
      job: undefined,
    });
  });

  it('leave out the database and the node slots that are not wanted', () => {
    const settings = read({ BAK_DB_SKIP: 'yes' });
    expect(settings.databases).toEqual([]);
    expect(settings.nodeSlots).toBeUndefined();
  });

  it('are what an existing CronJob gives', () => {
    const settings = read({
      BAK_DB_POSTGRES: 'true',
      BAK_DB_POSTGRES_EXEC_CONTAINER: 'postgres',
      BAK_DB_POSTGRES_EXEC_RESOURCE: 'sts/database',
      BAK_FLOCK: 'true',
      BAK_FLOCK_DIR: '/mnt/host-backup-locks',
      BAK_LABEL_VS_RETAIN: 'daily_weekly_monthly',
      BAK_LABEL_VS_TYPE: 'cronjob',
      BAK_LABEL_VS_POD: 'backup-29384756-x7k2p',
      BAK_NAMESPACE: 'shop',
      BAK_PVC_NAME: 'data',
      BAK_VS_NAME_TEMPLATE: '{{ .pvcName }}-{{ .timestamp }}-{{ .rand }}',
      TZ: 'Europe/Vienna',
    });
    expect(settings.namespace).toBe('shop');
    expect(settings.timeZone).toBe('Europe/Vienna');
    expect(settings.labels).toEqual({
      type: 'cronjob',
      pod: 'backup-29384756-x7k2p',
      retain: { policy: 'daily_weekly_monthly', tiers: ['daily', 'weekly', 'monthly'] },
      keepDays: 14,
    });
    expect(settings.databases.map(({ engine }) => engine)).toEqual(['postgres']);
    expect(settings.databases[0]?.execResource).toEqual({ kind: 'statefulset', name: 'database' });
  });

  it('take empty variables as unset', () => {
    expect(
      read({ BAK_DB_SKIP: 'true', BAK_PVC_NAME: '', BAK_VS_CLASS_NAME: '', TZ: '', BAK_ODD: '' }).pvcs,
    ).toEqual(['data']);
  });

  it('ask for one slot at least on a node with one CPU', () => {
    const sources = {
      environment: { BAK_DB_SKIP: '1', BAK_FLOCK: '1' },
      flags: {},
      machine: { cpus: 1 },
      knownNames,
    };
    expect(readSettings(createSettings, sources).settings.nodeSlots?.count).toBe(1);
  });

  it.each(['auto', 'flock', 'lockfile'])('take %s as a way to lock slots', (method) => {
    const settings = read({ BAK_DB_SKIP: '1', BAK_FLOCK: '1', BAK_FLOCK_METHOD: method });
    expect(settings.nodeSlots?.method).toBe(method);
  });
});

describe('what create refuses', () => {
  it('is a backup that neither dumps nor skips the dump', () => {
    expect(problemsOf({})).toEqual([expect.stringContaining('BAK_DB_SKIP=true (--db-skip)')]);
  });

  it('is two dumps that would be the same file', () => {
    const file = '/data/dump.sql.gz';
    const both = { BAK_DB_POSTGRES: 'true', BAK_DB_MYSQL: 'true' };
    expect(problemsOf({ ...both, BAK_DB_POSTGRES_DUMP_FILE: file, BAK_DB_MYSQL_DUMP_FILE: file })).toEqual([
      expect.stringContaining(`are the same file (${file})`),
    ]);
    expect(problemsOf(both)).toEqual([]);
  });

  it('is a class of group snapshots of which nobody says what they are of', () => {
    const settings = { BAK_DB_SKIP: 'true', BAK_VS_GROUP_CLASS_NAME: 'groups' };
    expect(problemsOf(settings)).toEqual([
      expect.stringContaining('BAK_VS_GROUP_CLASS_NAME is set without BAK_VS_GROUP_SELECTOR'),
    ]);
    expect(problemsOf({ ...settings, BAK_VS_GROUP_SELECTOR: 'backup=together' })).toEqual([]);
    expect(problemsOf({ ...settings, BAK_VS_GROUP_SELECTOR: 'backup' })).toEqual([
      expect.stringContaining('BAK_VS_GROUP_SELECTOR'),
    ]);
  });

  it('is a dump that is both wanted and skipped', () => {
    expect(problemsOf({ BAK_DB_SKIP: 'true', BAK_DB_POSTGRES: 'true' })).toEqual([
      expect.stringContaining('BAK_DB_SKIP and BAK_DB_POSTGRES are both true'),
    ]);
  });

  it.each([
    ['BAK_PVC_NAME', 'data,,media', 'names of PersistentVolumeClaims with commas between them'],
    ['BAK_FLOCK_METHOD', 'fcntl', 'auto, flock or lockfile'],
    ['BAK_VS_NAME_TEMPLATE', '{{ .pvcName }}', 'this version has no other form of snapshot names'],
    ['BAK_VS_RAND', 'abc123', 'how many random characters'],
  ])('is %s=%s, which this version cannot honour', (variable, value, words) => {
    const problems = problemsOf({ BAK_DB_SKIP: 'true', [variable]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(variable);
    expect(problems[0]).toContain(`'${value}'`);
    expect(problems[0]).toContain(words);
  });

  it.each([
    ['BAK_DB_POSTGRES_DB', 'shop,,till', 'the name of a database, several with commas between'],
    ['BAK_DB_POSTGRES_DB', 'shop, shop', 'each once'],
    ['BAK_DB_POSTGRES_FORMAT', 'custom', 'plain or directory'],
    ['BAK_DB_POSTGRES_JOBS', '65', 'a whole number from 1 to 64'],
  ])('is %s=%s', (variable, value, words) => {
    const problems = problemsOf({ BAK_DB_POSTGRES: 'true', [variable]: value });
    expect(problems).toEqual([expect.stringContaining(words)]);
  });

  it.each(['/data/dump.sql', '/data/dump.gz'])('is a folder called %s', (file) => {
    const directory = { BAK_DB_POSTGRES: 'true', BAK_DB_POSTGRES_FORMAT: 'directory' };
    const problems = problemsOf({ ...directory, BAK_DB_POSTGRES_DUMP_FILE: file });
    expect(problems).toEqual([expect.stringContaining('set it to a name for a folder')]);
    expect(problemsOf(directory)).toHaveLength(1);
    expect(problemsOf({ ...directory, BAK_DB_POSTGRES_DUMP_FILE: '/data/dump' })).toEqual([]);
  });

  it('is reported all at once', () => {
    const problems = problemsOf(
      { BAK_PVC_NAME: 'a,,b', BAK_FLOCK_COUNT: 'two', TZ: 'Mars/Base', BAK_VS_CLAS_NAME: 'fast' },
      { BAK_VS_WAIT_UNTIL_READY_TIMEOUT: '15' },
    );
    expect(problems).toEqual([
      "BAK_PVC_NAME (--pvc-name) is 'a,,b'; it must be names of PersistentVolumeClaims with commas between them, such as data,files",
      "TZ (--tz) is 'Mars/Base'; it must be an IANA time zone such as 'Europe/Vienna' or 'UTC'",
      "BAK_VS_WAIT_UNTIL_READY_TIMEOUT (--vs-wait-until-ready-timeout) is '15'; it must be a duration from 1s to 168h, such as 15m, 90s or 1h30m",
      "BAK_FLOCK_COUNT (--flock-count) is 'two'; it must be a whole number from 1 to 1024",
      'No database is chosen; set BAK_DB_POSTGRES=true (--db-postgres) to dump PostgreSQL, BAK_DB_MYSQL=true (--db-mysql) to dump MySQL or MariaDB, or BAK_DB_SKIP=true (--db-skip) to snapshot without a dump',
      'BAK_VS_CLAS_NAME is not a setting of backup-ns; did you mean BAK_VS_CLASS_NAME?',
    ]);
  });

  it('shows a line break at the end of a value', () => {
    expect(problemsOf({ BAK_DB_SKIP: 'true', BAK_PVC_NAME: 'data\n' })[0]).toContain(String.raw`'data\n'`);
  });
});
