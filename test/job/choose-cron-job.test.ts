import { describe, expect, it } from 'vitest';
import { knownNames } from '../../src/cli/known-settings.ts';
import { chooseCronJob } from '../../src/job/choose-cron-job.ts';
import { cronJobs } from '../../src/kube/resources.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';

/** By their names, what they give to create. */
async function choose(words: Readonly<Record<string, readonly string[]>>, name?: string) {
  const kube = new FakeKube();
  for (const [each, args] of Object.entries(words)) {
    const containers = [{ image: 'backup-ns', args: ['create', '--db-skip', ...args] }];
    kube.put(cronJobs, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: each, namespace: 'shop', uid: each, creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { schedule: '0 4 * * *', jobTemplate: { spec: { template: { spec: { containers } } } } },
    });
  }
  const context = testContext(kube);
  const chosen = await chooseCronJob('shop', name, knownNames, context).then(
    ({ metadata }) => metadata.name,
    (error: Error) => error.message,
  );
  return { chosen, said: context.lines.map(({ msg }) => msg) };
}

const tries = ['--dry-run'];
const other = ['-n', 'bank'];

describe('create --job', () => {
  it('takes no CronJob by itself that only tries or that backs up another namespace', async () => {
    expect((await choose({ backup: tries })).chosen).toBe(
      "No CronJob of namespace 'shop' makes backups of it ('backup': it only tries, and makes no backup); if one is meant, name it: --job backup",
    );
    expect((await choose({ backup: other })).chosen).toBe(
      "No CronJob of namespace 'shop' makes backups of it ('backup': it backs up another namespace, 'bank'); if one is meant, name it: --job backup",
    );
    expect(await choose({ backup: [], bank: other, trial: tries })).toEqual({ chosen: 'backup', said: [] });
    expect((await choose({ backup: [], second: [], trial: tries })).chosen).toBe(
      "2 CronJobs of namespace 'shop' make backups; say which is meant: --job backup, --job second",
    );
  });

  it('takes one by its name, with a warning of what it does', async () => {
    expect(await choose({ backup: [], trial: [...tries, ...other] }, 'trial')).toEqual({
      chosen: 'trial',
      said: ['it only tries, and makes no backup', "it backs up another namespace, 'bank'"],
    });
    expect(await choose({ backup: [], trial: tries }, 'backup')).toEqual({ chosen: 'backup', said: [] });
  });
});
