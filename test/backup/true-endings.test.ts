import { describe, expect, it } from 'vitest';
import { withChanges } from '../../src/backup/changed.ts';
import { freezeScript, syncScript } from '../../src/backup/quiesce/freeze-script.ts';
import type { Dump } from '../../src/databases/database.ts';
import { CancelledError, ProblemsError, UserError } from '../../src/core/errors.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { kubeError } from '../support/fake-kube.ts';
import { goodDump, sha256, Shop } from './shop.ts';

const hook = {
  name: 'rest',
  exec: 'deployment/db',
  container: 'postgres',
  before: ['app', 'pause'],
  after: ['app', 'resume'],
};

/** A backup with all that it can have: what it has done is kept, and one step of it fails. */
class FailingShop extends Shop {
  isDumped = false;
  isAsleep = false;

  constructor(failing: string) {
    super();
    this.hook = ({ command: [, word = ''] }) => {
      if (word === 'pause') this.isAsleep = true;
      if (failing.split(' and ').includes(word)) return Promise.resolve({ exitCode: 3 });
      if (word === 'resume') this.isAsleep = false;
      return Promise.resolve({});
    };
    this.dump = () => {
      if (failing === 'dump') return Promise.resolve({ exitCode: 65 });
      this.isDumped = true;
      return Promise.resolve(goodDump);
    };
    const exec = this.kube.onExec;
    this.kube.onExec = (options) => {
      const script = options.command[2];
      if (script === syncScript) return Promise.resolve(failing.includes('sync') ? 1 : 0);
      if (script === freezeScript) return Promise.resolve(65);
      return exec(options);
    };
    if (failing.includes(' volumesnapshots')) this.kube.failNext(failing, kubeError(403, 'Forbidden'));
  }
}

describe('the end of a backup says what has changed by then', () => {
  it.each([
    ['pause', 'preflight', undefined],
    ['pause and resume', 'snapshot', "Hook 'rest' after the backup"],
    ['dump', 'dump', undefined],
    ['sync', 'snapshot', 'By then new dumps had replaced those of before'],
    ['sync and resume', 'snapshot', "Hook 'rest' after the backup"],
    ['freeze', 'snapshot', 'By then new dumps had replaced those of before'],
    ['list volumesnapshots', 'snapshot', undefined],
    ['create volumesnapshots', 'snapshot', undefined],
  ] as const)('when this fails: %s', async (failing, reason, words) => {
    const shop = new FailingShop(failing);
    const method = failing === 'freeze' ? 'fsfreeze' : 'sync';
    const settings = { BAK_HOOKS: JSON.stringify([hook]), BAK_QUIESCE: method };
    const error = (await rejectionOf(shop.backup(settings))) as UserError;
    expect(error.reason).toBe(reason);
    expect(error.message).toContain(words ?? '');
    const isAsBefore = !shop.isDumped && !shop.isAsleep && shop.snapshots.length === 0;
    expect({ isPreflight: error.reason === 'preflight' }).toEqual({
      isPreflight: isAsBefore && failing !== 'dump',
    });
  });

  const dumps: readonly Dump[] = [
    {
      engine: 'postgres',
      version: '17.2',
      toolVersion: '17.4',
      path: '/data/dump.sql.gz',
      bytes: 1234,
      sha256,
      startedAt: '2026-11-20T00:00:00.000Z',
      completedAt: '2026-11-20T00:00:01.000Z',
    },
  ];

  it('also where the second of two engines refuses', () => {
    const error = new UserError('preflight', 'The dump failed, the previous dump is as it was');
    const told = withChanges(error, { dumps, notUndone: [], stage: 'dump' });
    expect(told).toMatchObject({ reason: 'dump', cause: error });
    expect((told as ProblemsError).problems).toEqual([
      'The dump failed, the previous dump is as it was',
      'By then new dumps had replaced those of before, of which there is no snapshot yet: /data/dump.sql.gz',
    ]);
  });

  it.each([
    ['nothing has changed', new UserError('preflight', 'no'), { dumps: [] }],
    ['it was stopped', new CancelledError('Stopped by SIGTERM'), { dumps }],
    ['nobody expected it', new Error('no'), { dumps }],
    ['its words are true as they are', new UserError('snapshot', 'no'), { dumps }],
  ])('and is left as it is where %s', (_, error, changed) => {
    expect(withChanges(error, { notUndone: [], stage: 'snapshot', ...changed })).toBe(error);
  });
});
