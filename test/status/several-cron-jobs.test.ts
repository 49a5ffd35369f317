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
  podOf,
  runOf,
  sentencesOf,
} from './support.ts';

const hourly = { name: 'backup-hourly', uid: 'uid-hourly', schedule: '0 * * * *', lastScheduledAt: now };

describe('of CronJobs that do not say their PVCs', () => {
  const unnamed = [cronJobOf({ pvcs: undefined }), cronJobOf({ ...hourly, pvcs: undefined })];
  const filesBy = (pod: string) =>
    backupOf({ pvc: 'files', pvcUid: 'uid-files', name: 'f', createdAt: now - hourMs / 2, pod });
  const aboutFiles = (pod: string, given = {}) => {
    const claims = [claimOf({ name: 'files', uid: 'uid-files' })];
    const lines = judge(factsOf({ claims, cronJobs: unnamed, backups: [filesBy(pod)], ...given }));
    return lines.find(({ pvc }) => pvc === 'files')?.cronJobs;
  };

  it.each([
    ['that Kubernetes has named', 'backup-hourly-29000000-abcde', ['backup-hourly']],
    ['that Kubernetes has named, of the one with the shorter name', 'backup-29000000-abcde', ['backup']],
    ['of a Job that a person has named', 'backup-hourly-now-abcde', ['backup-hourly']],
    ['of a CronJob that is gone', 'backup-weekly-29000000-abcde', []],
    ['of somebody else', 'other-29000000-abcde', []],
  ])('a PVC is that of the one whose pod made its backup: a pod %s', (_, pod, expected) => {
    expect(aboutFiles(pod)).toEqual(expected);
  });

  it('a PVC is that of the owner of the Job, whatever that is called', () => {
    const runs = [runOf({ name: 'backup-now', of: 'uid-hourly', state: 'complete' })];
    expect(aboutFiles('backup-now-abcde', { runs })).toEqual(['backup-hourly']);
    expect(aboutFiles('odd', { runs, pods: [podOf({ name: 'odd', phase: 'Succeeded' })] })).toEqual([
      'backup-hourly',
    ]);
    expect(aboutFiles('backup-now-abcde', { runs: [runOf({ ...runs[0], namespace: 'blog' })] })).toEqual([
      'backup',
    ]);
  });

  it('a name so long that Kubernetes cuts that of the pod is known all the same', () => {
    const name = 'a'.repeat(52);
    const cronJobs = [
      cronJobOf({ name, pvcs: undefined }),
      cronJobOf({ name: 'a', uid: 'a', pvcs: undefined }),
    ];
    expect(aboutFiles(`${name}-29000abcde`, { cronJobs })).toEqual([name]);
  });
});

describe('of CronJobs that back up the same PVC', () => {
  const dumping = cronJobOf({ engines: ['postgres'] });
  const cronJobs = [dumping, cronJobOf(hourly)];
  const hourlyOne = backupOf({ createdAt: now - hourMs / 2, pod: 'backup-hourly-29000000-abcde' });
  const postgres = { engines: ['postgres'], dumps: 1, bytes: 1 };

  it('a nightly one whose run failed is told of, though an hourly one is well', () => {
    const runs = [
      runOf({ failure: 'exit code 5' }),
      runOf({ name: 'backup-hourly-29000000', uid: 'h', of: 'uid-hourly', state: 'complete', madeAt: now }),
    ];
    for (const all of [cronJobs, [cronJobOf(), cronJobOf(hourly)]]) {
      const line = judged({ cronJobs: all, runs, backups: [hourlyOne] });
      expect(line.protection).toBe('no');
      expect(line.problems.map(({ what }) => what)).toEqual(["Job 'backup-29000000' failed: exit code 5"]);
    }
  });

  it('each is measured by its own backups', () => {
    const nightly = backupOf({ dumps: 1, lastDump: postgres });
    expect(judged({ cronJobs, backups: [hourlyOne, nightly] })).toMatchObject({
      protection: 'yes',
      problems: [],
    });
    const old = backupOf({ dumps: 1, lastDump: postgres, createdAt: lastNight - 24 * hourMs });
    expect(judged({ cronJobs, backups: [hourlyOne, old] })).toMatchObject({
      protection: 'no',
      since: new Date(lastNight),
      lastBackup: { takenAt: new Date(hourlyOne.createdAt) },
      lastDump: postgres,
    });
    expect(sentencesOf({ cronJobs, backups: [hourlyOne, old] })).toEqual([
      "The last backup of CronJob 'backup', 'data-2026-11-20t04', is older than the time between two runs; make one and follow it: kubectl -n shop create job backup-now --from=cronjob/backup",
    ]);
    expect(sentencesOf({ cronJobs, backups: [nightly] })[0]).toContain(
      "CronJob 'backup-hourly' has made no backup of it yet",
    );
  });

  it('a backup without the dump, or without that of one of two servers, is none of the one that dumps', () => {
    const backups = [hourlyOne, backupOf({ dumps: 1, lastDump: postgres })];
    const both = [cronJobOf({ engines: ['postgres', 'mysql'] }), cronJobOf(hourly)];
    expect(judged({ cronJobs: both, backups }).problems[0]?.what).toBe(
      "The last backup of CronJob 'backup', 'data-2026-11-21t04', has no dump of mysql",
    );
    const none = [hourlyOne, backupOf()];
    expect(judged({ cronJobs, backups: none }).problems[0]?.what).toContain('has no dump of postgres');
    const unreadable = [hourlyOne, backupOf({ dumps: 2 })];
    expect(judged({ cronJobs: both, backups: unreadable }).protection).toBe('yes');
  });

  it('a backup that does not say whose it is counts for all', () => {
    const backups = [{ ...hourlyOne, pod: undefined }];
    expect(judged({ cronJobs: [cronJobOf(), cronJobOf(hourly)], backups })).toMatchObject({
      protection: 'yes',
      problems: [],
    });
  });

  it('a new one makes nothing worse before its first run has had its time', () => {
    const added = (madeAt: number, schedule = '30 4 * * *') => {
      const all = [cronJobOf({ madeAt, schedule }), cronJobOf(hourly)];
      return judged({ cronJobs: all, backups: [hourlyOne] }).protection;
    };
    expect(added(now - hourMs)).toBe('yes');
    expect(added(now - 2 * hourMs, '0 11 * * *')).toBe('yes');
    expect(added(now - 4 * hourMs, '0 9 * * *')).toBe('no');
  });

  it('a snapshot that is not ready is told of, though another CronJob has a newer one', () => {
    const broken = backupOf({ name: 'broken', isReady: false, error: 'no space' });
    expect(judged({ cronJobs, backups: [hourlyOne, broken] }).problems[0]?.what).toContain(
      "'broken' is not ready",
    );
  });
});

describe('a run that failed is told of', () => {
  it('though it has made a backup itself, as an app may still be at rest', () => {
    const what = "Job 'backup-29000000' failed: exit code 3";
    const runs = [runOf({ failure: 'exit code 3' })];
    expect(judged({ runs, backups: [backupOf()] })).toMatchObject({
      protection: 'yes',
      problems: [{ what }],
    });
    const pods = [podOf({ name: 'backup-29000000-abcde', phase: 'Failed' })];
    expect(judged({ runs, pods, backups: [backupOf()] }).problems).toMatchObject([{ what }]);
  });

  it('while the next one runs, until that has made a backup', () => {
    const runs = [
      runOf(),
      runOf({ name: 'backup-29000060', uid: 'next', state: 'running', madeAt: now - 1000 }),
    ];
    expect(judged({ runs }).problems[0]?.what).toContain("Job 'backup-29000000' failed");
    const made = backupOf({ createdAt: now - 500, pod: 'backup-29000060-abcde' });
    expect(judged({ runs, backups: [made] }).problems).toEqual([]);
  });
});
