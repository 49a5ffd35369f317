import type { Backup, BackupCronJob, Claim, Facts, Remark, Run, RunPod } from '../../src/status/facts.ts';
import { judge } from '../../src/status/judge.ts';
import { sentenceOf, type StatusLine } from '../../src/status/line.ts';
import { words as snapshotWords } from '../support/snapshot-words.ts';

export const hourMs = 60 * 60_000;

/** Noon; the night's backup was at 04:31. */
export const now = Date.parse('2026-11-21T12:00:00Z');
export const lastNight = Date.parse('2026-11-21T04:31:00Z');

export function claimOf(fields: Partial<Claim> = {}): Claim {
  return {
    namespace: 'shop',
    name: 'data',
    uid: 'uid-data',
    madeAt: Date.parse('2026-01-01T00:00:00Z'),
    ...fields,
  };
}

export function cronJobOf(fields: Partial<BackupCronJob> = {}): BackupCronJob {
  const namespace = fields.namespace ?? 'shop';
  return {
    namespace,
    name: 'backup',
    uid: 'uid-backup',
    madeAt: Date.parse('2026-01-01T00:00:00Z'),
    schedule: '30 4 * * *',
    timeZone: 'UTC',
    isSuspended: false,
    lastScheduledAt: Date.parse('2026-11-21T04:30:00Z'),
    target: namespace,
    pvcs: ['data'],
    engines: [],
    mayDump: false,
    isDryRun: false,
    isExclusive: true,
    active: [],
    mistakes: [],
    ...fields,
  };
}

export function backupOf(fields: Partial<Backup> = {}): Backup {
  const createdAt = fields.createdAt ?? lastNight;
  const name = fields.name ?? `data-${new Date(createdAt).toISOString().slice(0, 13).toLowerCase()}`;
  return {
    words: snapshotWords,
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    pvc: 'data',
    pvcUid: 'uid-data',
    dumps: 0,
    createdAt,
    isReady: true,
    wasReady: false,
    isDeleting: false,
    retain: 'daily_weekly_monthly',
    tiers: new Map(),
    deleteAfter: undefined,
    wasMarked: false,
    isHeld: false,
    verified: undefined,
    pod: 'backup-29000000-abcde',
    className: 'fast',
    error: undefined,
    lastDump: undefined,
    ...fields,
  };
}

export function runOf(fields: Partial<Run> = {}): Run {
  return {
    namespace: 'shop',
    name: 'backup-29000000',
    uid: 'uid-run',
    of: 'uid-backup',
    madeAt: Date.parse('2026-11-21T04:30:00Z'),
    state: 'failed',
    ...fields,
  };
}

export function podOf(fields: Partial<RunPod> = {}): RunPod {
  return {
    namespace: 'shop',
    name: 'backup-29000000-abcde',
    of: 'uid-run',
    madeAt: Date.parse('2026-11-21T04:30:00Z'),
    phase: 'Pending',
    ...fields,
  };
}

export function remarkOf(fields: Partial<Remark> = {}): Remark {
  return {
    namespace: 'shop',
    about: 'uid-run',
    reason: 'FailedCreate',
    message: 'no words',
    at: Date.parse('2026-11-21T04:31:00Z'),
    ...fields,
  };
}

/** A PVC that is backed up every night, without what a test gives. */
export function factsOf(fields: Partial<Facts> = {}): Facts {
  return {
    now,
    claims: [claimOf()],
    cronJobs: [cronJobOf()],
    runs: [],
    pods: [],
    remarks: [],
    backups: [],
    deletionPolicies: new Map(),
    unseen: [],
    ...fields,
  };
}

/** Of one PVC. */
export function judged(fields: Partial<Facts>): StatusLine {
  const [line, ...others] = judge(factsOf(fields));
  if (!line || others.length > 0) throw new Error(`there are ${others.length + 1} lines`);
  return line;
}

export function sentencesOf(fields: Partial<Facts>): string[] {
  return judged(fields).problems.map(sentenceOf);
}
