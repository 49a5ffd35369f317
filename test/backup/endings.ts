import { backupReport } from '../../src/backup/report.ts';
import type { BackupResult } from '../../src/backup/result.ts';
import { UserError } from '../../src/core/errors.ts';
import { endingOf, type Ending, type Outcome } from '../../src/record/ending.ts';

export const result: BackupResult = {
  namespace: 'shop',
  backup: '20261120-000000-abcdef',
  dryRun: false,
  dumps: [
    {
      engine: 'postgres',
      version: '17.2',
      toolVersion: '17.4',
      database: 'we"ird\\name\n',
      path: '/data/dump.sql.gz',
      bytes: 123_456,
      sha256: 'ab'.repeat(32),
      startedAt: '2026-11-20T00:00:00.000Z',
      completedAt: '2026-11-20T00:00:02.000Z',
    },
  ],
  snapshots: [
    { name: 'data-1', pvc: 'data', className: 'fast', ready: true, labels: {} },
    { name: 'files-1', pvc: 'files', className: 'fast', ready: false, labels: {} },
  ],
  seconds: { lease: 0.03, dump: 2.5, total: 3.123 },
};

export const report = backupReport('shop', ['data', 'files']);

export function endingWith(outcome: Outcome<BackupResult>): Ending<BackupResult> {
  const at = new Date('2026-11-20T00:00:04.250Z');
  return endingOf({ at, seconds: 3.5 }, outcome);
}

export const failed: Outcome<BackupResult> = {
  error: new UserError('dump', 'The dump failed: pg_dump ended with exit status 1'),
  stopped: undefined,
};
