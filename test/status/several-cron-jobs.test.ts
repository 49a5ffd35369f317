import { describe, expect, it } from 'vitest';
import { judge } from '../../src/status/judge.ts';
import { backupOf, claimOf, cronJobOf, factsOf, hourMs, now, podOf, runOf } from './support.ts';

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
