import { describe, expect, it } from 'vitest';
import { PartialError } from '../../src/core/errors.ts';
import { metricsText as textOf } from '../../src/record/metrics.ts';
import type { BackupResult } from '../../src/backup/result.ts';
import type { Ending } from '../../src/record/ending.ts';
import { endingWith, failed, report, result } from './endings.ts';

const metricsText = (ending: Ending<BackupResult>) => textOf(report.metrics(ending));

const samples = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the metrics of a backup', () => {
  it('say of a complete one when it ended, how long it took and how much it made', () => {
    expect(samples(metricsText(endingWith({ result })))).toEqual([
      'backupns_last_run_timestamp_seconds 1795132804.25',
      'backupns_last_run_exit_code 0',
      'backupns_last_run_duration_seconds 3.5',
      'backupns_last_success_timestamp_seconds 1795132804.25',
      'backupns_last_success_is_clean 1',
      'backupns_last_success_snapshots 2',
      'backupns_last_success_step_seconds{step="lease"} 0.03',
      'backupns_last_success_step_seconds{step="dump"} 2.5',
      String.raw`backupns_last_success_dump_bytes{engine="postgres",database="we\"ird\\name\n",path="/data/dump.sql.gz"} 123456`,
    ]);
  });

  it('say nothing of the last complete one when this one failed', () => {
    expect(samples(metricsText(endingWith(failed)))).toEqual([
      'backupns_last_run_timestamp_seconds 1795132804.25',
      'backupns_last_run_exit_code 6',
      'backupns_last_run_duration_seconds 3.5',
    ]);
  });

  it('count one that is complete and left something behind as complete, but not as clean', () => {
    const error = new PartialError('The backup is complete, but the hook failed', result);
    const lines = samples(metricsText(endingWith({ error, stopped: undefined })));
    expect(lines).toContain('backupns_last_run_exit_code 3');
    expect(lines).toContain('backupns_last_success_timestamp_seconds 1795132804.25');
    expect(lines).toContain('backupns_last_success_is_clean 0');
  });

  it('are not explained where there are none of them', () => {
    const text = metricsText(endingWith({ result: { ...result, dumps: [] } }));
    expect(text).not.toContain('dump_bytes');
  });

  it('are explained, each by a line of its own', () => {
    const text = metricsText(endingWith({ result }));
    const names = new Set(samples(text).map((line) => /^\w+/.exec(line)?.[0]));
    for (const name of names) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S.*\\n# TYPE ${name} gauge\\n${name}[ {]`, 'm'));
    }
  });
});
