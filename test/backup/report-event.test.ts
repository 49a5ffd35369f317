import { describe, expect, it } from 'vitest';
import { CancelledError, PartialError, ProblemsError } from '../../src/core/errors.ts';
import type { BackupResult } from '../../src/backup/result.ts';
import type { Ending } from '../../src/record/ending.ts';
import { eventAbout } from '../../src/record/event.ts';
import type { Involved } from '../../src/record/involved.ts';
import { endingWith, failed, report, result } from './endings.ts';

const job = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'backup-1', uid: 'uid-1' };

const endingEvent = (ending: Ending<BackupResult>, involved: Involved, suffix: string) =>
  eventAbout(involved, report.event(ending), ending.at, suffix);

describe('the event of a backup', () => {
  it('says what a complete one made, about the object that was given', () => {
    expect(endingEvent(endingWith({ result }), job, 'xyz')).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'backup-1.xyz', namespace: 'shop' },
      involvedObject: job,
      type: 'Normal',
      reason: 'BackupCompleted',
      message:
        "Backed up namespace 'shop' in 4 s: dumped /data/dump.sql.gz (121 KiB); snapshot data-1, files-1 (not waited for)",
      source: { component: 'backup-ns' },
      firstTimestamp: '2026-11-20T00:00:04Z',
      lastTimestamp: '2026-11-20T00:00:04Z',
      count: 1,
    });
  });

  it('says nothing of dumps where there are none', () => {
    expect(endingEvent(endingWith({ result: { ...result, dumps: [] } }), job, 'xyz')).toMatchObject({
      message: "Backed up namespace 'shop' in 4 s: snapshot data-1, files-1 (not waited for)",
    });
  });

  it('warns of one that failed, with its exit code and its words', () => {
    expect(endingEvent(endingWith(failed), job, 'xyz')).toMatchObject({
      type: 'Warning',
      reason: 'BackupFailed',
      message:
        "Backup of namespace 'shop' ended with exit code 6: The dump failed: pg_dump ended with exit status 1",
    });
  });

  it('warns of one that is complete and left something behind', () => {
    const error = new PartialError('The backup is complete, but the hook failed', result);
    expect(endingEvent(endingWith({ error, stopped: undefined }), job, 'xyz')).toMatchObject({
      type: 'Warning',
      reason: 'BackupCompleted',
      message: expect.stringContaining('exit code 3: The backup is complete, but the hook failed') as string,
    });
  });

  it('warns of one whose tools said something, and repeats it', () => {
    const [dump] = result.dumps;
    const dumps = dump ? [{ ...dump, warnings: ['pg_dump: warning: it left something out'] }] : [];
    expect(endingEvent(endingWith({ result: { ...result, dumps } }), job, 'xyz')).toMatchObject({
      type: 'Warning',
      reason: 'BackupCompleted',
      message: expect.stringContaining(
        'the tools of the dump said: pg_dump: warning: it left something out',
      ) as string,
    });
  });

  it('says why one was stopped, not what broke by that', () => {
    const stopped = new CancelledError('Stopped by SIGTERM');
    const ending = endingWith({ error: new Error('aborted'), stopped });
    expect(endingEvent(ending, job, 'xyz')).toMatchObject({
      message: "Backup of namespace 'shop' ended with exit code 130: Stopped by SIGTERM",
    });
  });

  it('has all problems of a backup on one line', () => {
    const error = new ProblemsError('preflight', ['There is no PVC', 'The pod is not ready']);
    expect(endingEvent(endingWith({ error, stopped: undefined }), job, 'xyz')).toMatchObject({
      message: "Backup of namespace 'shop' ended with exit code 4: There is no PVC; The pod is not ready",
    });
  });

  it('is no longer than an event may be', () => {
    const ending = endingWith({ error: new Error('so '.repeat(1000)), stopped: undefined });
    const { message } = endingEvent(ending, job, 'xyz') as { message?: string };
    expect(message).toHaveLength(1024);
    expect(message).toMatch(/exit code 1: so so .*…$/);
    const longest = message?.replace(/…$/, '!').replace(/^.*exit code 1: /, '') ?? '';
    const just = endingEvent(endingWith({ error: new Error(longest), stopped: undefined }), job, 'xyz');
    expect(just).toMatchObject({ message: message?.replace(/…$/, '!') });
  });
});
