import { describe, expect, it } from 'vitest';
import { readCronJob } from '../../src/status/read-cron-job.ts';
import { readPod, readRun } from '../../src/status/read-runs.ts';
import { cronJobOf, hourMs, judged, now, podOf, runOf, sentencesOf } from './support.ts';

const minuteMs = 60_000;
const yesterday = Date.parse('2026-11-20T04:30:00Z');
const hangs = runOf({ name: 'backup-28998560', state: 'running', madeAt: yesterday });
const works = podOf({ phase: 'Running', madeAt: yesterday });

describe('a Job that hangs', () => {
  const cronJobs = [cronJobOf({ lastScheduledAt: yesterday })];
  const words =
    "Job 'backup-28998560' has run since 2026-11-20T04:30Z, and before its end CronJob 'backup' starts no other, so the run of 2026-11-21T04:30Z was not started; see what it does: kubectl -n shop logs job/backup-28998560; if it hangs, end it: kubectl -n shop delete job backup-28998560";

  it('is named as the reason why the next one was not started, though Kubernetes warns of nothing', () => {
    expect(sentencesOf({ cronJobs, runs: [hangs], pods: [works] })).toEqual([words]);
    expect(
      sentencesOf({
        cronJobs,
        runs: [runOf({ uid: 'failed', madeAt: yesterday - hourMs }), hangs],
        pods: [works],
      }),
    ).toEqual([words]);
  });

  it('is named by its CronJob where Jobs may not be listed', () => {
    const active = ['backup-28998560'];
    expect(sentencesOf({ cronJobs: [cronJobOf({ lastScheduledAt: yesterday, active })] })).toEqual([
      "The run of 2026-11-21T04:30Z of CronJob 'backup' was never started: its Job 'backup-28998560' still runs; see what that does: kubectl -n shop logs job/backup-28998560; if it hangs, end it: kubectl -n shop delete job backup-28998560",
    ]);
  });

  it('is no reason where several may run: then it is told how long it runs', () => {
    const several = [cronJobOf({ lastScheduledAt: yesterday, isExclusive: false })];
    expect(sentencesOf({ cronJobs: several, runs: [hangs], pods: [works] })[0]).toContain(
      "Job 'backup-28998560' has run for 31h; see what it does",
    );
  });

  it('is told of behind a newer one that runs', () => {
    const next = runOf({ name: 'backup-29000460', uid: 'next', state: 'running', madeAt: now - minuteMs });
    const pods = [works, podOf({ of: 'next', name: 'n', phase: 'Running', madeAt: now - minuteMs })];
    const what = judged({ cronJobs: [cronJobOf({ isExclusive: false })], runs: [next, hangs], pods })
      .problems[0]?.what;
    expect(what).toContain('has run for 31h');
  });
});

describe('a Job that runs for long', () => {
  const toldAfter = (minutes: number, earlier: readonly number[], schedule = '30 4 * * *') => {
    const madeAt = now - minutes * minuteMs;
    const done = earlier.map((took, index) =>
      runOf({
        uid: `done-${index}`,
        state: 'complete',
        tookMs: took * minuteMs,
        madeAt: madeAt - (index + 1) * hourMs,
      }),
    );
    const runs = [runOf({ state: 'running', madeAt }), ...done];
    const pods = [podOf({ phase: 'Running', madeAt })];
    const cronJobs = [cronJobOf({ schedule, lastScheduledAt: now })];
    return sentencesOf({ cronJobs, runs, pods }).find((words) => words.includes('has run for'));
  };

  it.each([
    [33, [3, 2], false],
    [34, [3, 2], true],
    [359, [120], false],
    [361, [120], true],
    [24 * 60, [], false],
    [24 * 60 + 1, [], true],
  ])('for %i minutes, after earlier ones that took %j, is told of: %s', (minutes, earlier, isTold) => {
    expect(toldAfter(minutes, earlier) !== undefined).toBe(isTold);
  });

  it('is told of with what was usual, and at the latest when the next one is due', () => {
    expect(toldAfter(5 * 60, [3, 2])).toContain(
      "Job 'backup-29000000' has run for 5h, of the earlier ones none for more than 3m; see what it does: kubectl",
    );
    expect(toldAfter(61, [50], '0 * * * *')).toBeDefined();
    expect(toldAfter(9, [1], '*/5 * * * *')).toBeUndefined();
  });
});

it('of Jobs and CronJobs is read what this is told from', () => {
  const metadata = { name: 'backup', namespace: 'shop', uid: 'u' };
  const containers = [{ image: 'backup-ns', args: ['create'] }];
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: { concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: { spec: { containers } } } } },
    status: { active: [{ kind: 'Job', name: 'backup-1' }] },
  };
  expect(readCronJob(cronJob, new Set())).toMatchObject({ isExclusive: true, active: ['backup-1'] });
  expect(
    readCronJob({ ...cronJob, spec: { ...cronJob.spec, concurrencyPolicy: 'Allow' } }, new Set())
      ?.isExclusive,
  ).toBe(false);
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'backup', uid: 'u', controller: true };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { ...metadata, ownerReferences: [owner] } };
  const times = { startTime: '2026-11-20T04:30:00Z', completionTime: '2026-11-20T04:33:00Z' };
  expect(readRun({ ...job, status: times })?.tookMs).toBe(3 * minuteMs);
  expect(readRun({ ...job, status: { startTime: times.startTime } })?.tookMs).toBeUndefined();
});

describe('a container that outlives that of the backup', () => {
  const ended = (minutes: number, exitCode = 0) => ({
    terminated: { exitCode, finishedAt: new Date(now - minutes * minuteMs).toISOString() },
  });
  const running = { running: { startedAt: '2026-11-21T04:30:00Z' } };
  const podWith = (states: Record<string, object>, args = ['create']) => {
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: 'backup-29000000',
      uid: 'uid-run',
      controller: true,
    };
    const names = Object.keys(states);
    const read = readPod({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'backup-29000000-abcde',
        namespace: 'shop',
        creationTimestamp: '2026-11-21T04:30:00Z',
        ownerReferences: [owner],
      },
      spec: {
        containers: names.map((name) =>
          name === 'create' ? { name, image: 'backup-ns', args } : { name, image: name },
        ),
      },
      status: { phase: 'Running', containerStatuses: names.map((name) => ({ name, state: states[name] })) },
    });
    if (!read) throw new Error('it is no pod of a Job');
    return read;
  };
  const saidOf = (states: Record<string, object>, args?: string[]) =>
    sentencesOf({
      cronJobs: [cronJobOf({ lastScheduledAt: now })],
      runs: [runOf({ state: 'running' })],
      pods: [podWith(states, args)],
    }).find((words) => words.includes('does not end'));

  it('is named, as the Job does not end before it, with what to do', () => {
    expect(saidOf({ 'istio-proxy': running, create: ended(180) })).toBe(
      "Job 'backup-29000000' does not end: its container 'create' has ended 3h ago, but container 'istio-proxy' still runs; keep such containers out of its pods, as with podLabels of the chart ('sidecar.istio.io/inject': 'false'), or make them native sidecars, and end this Job: kubectl -n shop delete job backup-29000000",
    );
    expect(saidOf({ create: ended(180, 5), proxy: running, logs: running })).toContain(
      "has ended with exit code 5 3h ago, but containers 'proxy' and 'logs' still run;",
    );
  });

  it('is given a moment, and is none while the backup runs or where none of them is a backup', () => {
    expect(saidOf({ create: ended(1), proxy: running })).toBeUndefined();
    expect(saidOf({ create: running, proxy: ended(180) })).toBeUndefined();
    expect(saidOf({ create: ended(180), proxy: ended(170) })).toBeUndefined();
    expect(saidOf({ create: ended(180), proxy: running }, ['retain'])).toBeUndefined();
  });
});
