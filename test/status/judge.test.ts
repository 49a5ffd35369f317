import { describe, expect, it } from 'vitest';
import { judge } from '../../src/status/judge.ts';
import {
  backupOf,
  claimOf,
  cronJobOf,
  factsOf,
  hourMs,
  judged,
  lastNight,
  now,
  runOf,
  sentencesOf,
} from './support.ts';

describe('protection', () => {
  it('a PVC with the backup of last night is protected, and its line says until what comes next', () => {
    const before = backupOf({ createdAt: lastNight - 24 * hourMs });
    expect(judged({ backups: [backupOf({ dumps: 1 }), before] })).toEqual({
      namespace: 'shop',
      pvc: 'data',
      protection: 'yes',
      since: new Date(before.createdAt),
      cronJobs: ['backup'],
      lastBackup: { snapshot: 'data-2026-11-21t04', takenAt: new Date(lastNight) },
      lastDump: undefined,
      nextRun: new Date('2026-11-22T04:30:00Z'),
      problems: [],
    });
  });

  it('a backup without a dump does not count where nobody knows whether its CronJob dumps, and the line says so', () => {
    const cronJobs = [cronJobOf({ mayDump: true })];
    const line = judged({ cronJobs, backups: [backupOf()] });
    expect(line).toMatchObject({ protection: 'no', since: new Date(claimOf().madeAt) });
    expect(line.problems).toEqual([
      {
        what: "The manifest of CronJob 'backup' does not say whether it dumps a database, so snapshots without a dump do not count",
        todo: 'write into the manifest itself BAK_DB_POSTGRES=true or BAK_DB_MYSQL=true, or BAK_DB_SKIP=true if there is none',
      },
    ]);
    expect(judged({ cronJobs, backups: [backupOf({ dumps: 1 })] })).toMatchObject({
      protection: 'yes',
      problems: [],
    });
  });

  it('a backup by others does not count where nobody knows whether the CronJob only tries, one of its own pods does', () => {
    const cronJobs = [cronJobOf({ isDryRun: undefined })];
    const line = judged({ cronJobs, backups: [backupOf({ pod: 'other-29000000-abcde' })] });
    expect(line.protection).toBe('no');
    expect(line.problems).toEqual([
      {
        what: "The manifest of CronJob 'backup' does not say whether it only tries, so snapshots that others made do not count",
        todo: 'write BAK_DRY_RUN=false into the manifest itself',
      },
    ]);
    expect(judged({ cronJobs, backups: [backupOf()] })).toMatchObject({ protection: 'yes', problems: [] });
  });

  it.each([
    ['without a backup', []],
    ['whose backup is older than a day', [backupOf({ createdAt: now - 24 * hourMs - 1 })]],
    ['whose snapshot is not ready', [backupOf({ isReady: false })]],
    ['whose snapshot is of an earlier PVC of that name', [backupOf({ pvcUid: 'uid-earlier' })]],
    [
      'whose snapshot does not say of which PVC, and is older than it',
      [backupOf({ pvcUid: undefined, createdAt: claimOf().madeAt - 1 })],
    ],
  ])('a PVC %s is not protected', (_, backups) => {
    const line = judged({ backups });
    expect(line.protection).toBe('no');
    expect(line.problems.length).toBeGreaterThan(0);
  });

  it('a backup without a dump does not protect what is to be dumped', () => {
    const cronJobs = [cronJobOf({ engines: ['postgres'] })];
    expect(judged({ cronJobs, backups: [backupOf()] }).protection).toBe('no');
    expect(judged({ cronJobs, backups: [backupOf({ dumps: 2 })] }).protection).toBe('yes');
  });

  it.each([
    [5, 'late'],
    [6.5, 'late'],
    [6.6, 'no'],
  ])(
    'at %f o’clock the backup of the night before is %s, while the run of 04:30 makes the next',
    (hour, protection) => {
      const at = Date.parse('2026-11-21T00:00:00Z') + hour * hourMs;
      const backups = [backupOf({ createdAt: lastNight - 24 * hourMs })];
      expect(judged({ now: at, backups }).protection).toBe(protection);
    },
  );

  it('a Friday’s backup protects over a weekend on which none is to be made', () => {
    const cronJobs = [cronJobOf({ schedule: '30 4 * * 1-5' })];
    const friday = [backupOf({ createdAt: Date.parse('2026-11-20T04:31:00Z') })];
    const on = (time: string) => judged({ now: Date.parse(time), cronJobs, backups: friday }).protection;
    expect([on('2026-11-22T20:00:00Z'), on('2026-11-23T05:00:00Z'), on('2026-11-23T07:00:00Z')]).toEqual([
      'yes',
      'late',
      'no',
    ]);
  });

  it('what is protected is so since the oldest backup after which none was missing', () => {
    const nights = [0, 1, 2, 4, 5].map((night) => backupOf({ createdAt: lastNight - night * 24 * hourMs }));
    expect(judged({ backups: nights }).since).toEqual(new Date(lastNight - 48 * hourMs));
  });

  it('what is not protected is so since its last backup was a day old, or since it was made', () => {
    const createdAt = lastNight - 48 * hourMs;
    expect(judged({ backups: [backupOf({ createdAt })] }).since).toEqual(new Date(createdAt + 24 * hourMs));
    expect(judged({}).since).toEqual(new Date(claimOf().madeAt));
  });

  it('of two CronJobs both have to keep their times', () => {
    const cronJobs = [cronJobOf(), cronJobOf({ name: 'hourly', uid: 'uid-hourly', schedule: '0 * * * *' })];
    const line = judged({ cronJobs, backups: [backupOf()] });
    expect(line).toMatchObject({ protection: 'no', cronJobs: ['backup', 'hourly'] });
    expect(line.nextRun).toEqual(new Date('2026-11-21T13:00:00Z'));
  });

  it('a backup of an other’s PVC of the same name protects nothing here', () => {
    const backups = [backupOf({ namespace: 'blog' })];
    const lines = judge(factsOf({ claims: [claimOf(), claimOf({ namespace: 'blog' })], backups }));
    expect(lines.map(({ namespace, protection }) => [namespace, protection])).toEqual([
      ['blog', 'no'],
      ['shop', 'no'],
    ]);
  });
});

describe('who backs up what', () => {
  it('a PVC that no CronJob names is named, with what to do', () => {
    const line = judged({ cronJobs: [], backups: [backupOf()] });
    expect(line).toMatchObject({
      protection: 'no',
      cronJobs: [],
      lastBackup: { snapshot: 'data-2026-11-21t04' },
    });
    expect(sentencesOf({ cronJobs: [] })).toEqual([
      'Nobody backs it up: no CronJob of its namespace names it; install the chart here with BAK_PVC_NAME=data, or say why not: kubectl -n shop annotate pvc data backup-ns.sh/no-backup=REASON',
    ]);
  });

  it('a PVC that is said to need no backup is exempt, unless a CronJob backs it up all the same', () => {
    const claims = [claimOf({ exemption: 'a cache' })];
    expect(judged({ claims, cronJobs: [] })).toMatchObject({
      protection: 'exempt',
      problems: [{ what: "It is said to need no backup: 'a cache'" }],
    });
    expect(judged({ claims }).protection).toBe('no');
  });

  it('a PVC that a CronJob names and that is not there has a line', () => {
    expect(sentencesOf({ claims: [] })).toContain(
      "There is no bound PVC 'data', which CronJob 'backup' is to back up; set BAK_PVC_NAME to one of: kubectl -n shop get pvc",
    );
  });

  it('a CronJob that does not say its PVCs is of those whose backups its pods made', () => {
    const cronJobs = [cronJobOf({ pvcs: undefined })];
    expect(judged({ cronJobs, backups: [backupOf()] }).protection).toBe('yes');
    expect(judged({ cronJobs, backups: [backupOf({ pod: 'other-1' })] }).cronJobs).toEqual([]);
  });

  it('a CronJob of another namespace protects nothing, whatever namespace it names', () => {
    const cronJobs = [cronJobOf({ namespace: 'blog', target: 'shop' })];
    expect(judge(factsOf({ cronJobs, backups: [backupOf()] }))).toMatchObject([
      { namespace: 'shop', protection: 'no' },
    ]);
  });

  it('a suspended CronJob protects nothing any more, and one that only tries never did', () => {
    for (const change of [{ isSuspended: true }, { isDryRun: true }]) {
      const line = judged({ cronJobs: [cronJobOf(change)], backups: [backupOf()] });
      expect(line).toMatchObject({ protection: 'no', nextRun: undefined });
    }
    expect(sentencesOf({ cronJobs: [cronJobOf({ isSuspended: true })] })[0]).toBe(
      `CronJob 'backup' is suspended; let it run again: kubectl -n shop patch cronjob backup -p '{"spec":{"suspend":false}}'`,
    );
  });

  it.each(['@every 1h', '', '61 * * * *', '0 0 31 2 *'])('a schedule %j protects nothing', (schedule) => {
    expect(judged({ cronJobs: [cronJobOf({ schedule })], backups: [backupOf()] }).protection).toBe('no');
  });
});

describe('warnings', () => {
  it('a class that deletes with the namespace is a warning of what is protected', () => {
    const deletionPolicies = new Map([['fast', 'Delete']]);
    const line = judged({ backups: [backupOf()], deletionPolicies });
    expect(line.protection).toBe('yes');
    expect(sentencesOf({ backups: [backupOf()], deletionPolicies })).toEqual([
      "Class 'fast' deletes the backups when the namespace is deleted; set BAK_VS_CLASS_NAME to a class with deletionPolicy Retain",
    ]);
    expect(
      judged({ backups: [backupOf()], deletionPolicies: new Map([['fast', 'Retain']]) }).problems,
    ).toEqual([]);
  });

  it('a last Job that failed is told of what is still protected', () => {
    const yesterday = [backupOf({ createdAt: now - 20 * hourMs })];
    expect(judged({ backups: yesterday, runs: [runOf({ failure: 'BackoffLimitExceeded' })] })).toMatchObject({
      protection: 'yes',
      problems: [{ what: "Job 'backup-29000000' failed: BackoffLimitExceeded" }],
    });
  });

  it('a Job that failed before the last good backup is forgotten', () => {
    const runs = [runOf({ name: 'backup-28999999', uid: 'uid-earlier' })];
    expect(judged({ backups: [backupOf()], runs }).problems).toEqual([]);
  });
});
