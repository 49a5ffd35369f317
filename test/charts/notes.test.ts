import { describe, expect, test } from 'vitest';
import { run } from '../../scripts/run.ts';
import { exhaustively } from '../support/exhaustive.ts';
import { chart, helm } from './helm.ts';
import { everything, said } from './rendered.ts';

/** What helm says after an install, where it has no cluster to look at. */
async function notes(values: object, name = 'backup'): Promise<string> {
  const args = ['install', name, chart, '--namespace', 'shop', '--dry-run=client', '--values', '-'];
  const output = await run(helm!, args, { input: JSON.stringify(values), env: { KUBECONFIG: '/dev/null' } });
  return output.slice(output.indexOf('NOTES:'));
}

describe.skipIf(helm === undefined)('after an install', { timeout: 60_000 }, () => {
  test('each backup is named with the commands that make, test and follow it, by its own name', async () => {
    const name = 'n'.repeat(53);
    const [, cronJob] = /--from=cronjob\/(\S+)/.exec(await notes(everything, name)) ?? [];
    expect(cronJob).toMatch(/^n{43}-[0-9a-f]{8}$/);
    const text = await notes(everything);
    for (const words of [
      'helm -n shop test backup --logs',
      'kubectl -n shop create job backup-now --from=cronjob/backup\n  until kubectl -n shop logs -f job/backup-now -c create; do sleep 1; done',
      'kubectl -n shop create job backup-files-now --from=cronjob/backup-files',
      'kubectl -n shop create job backup-retain-now --from=cronjob/backup-retain',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('SUSPENDED');
    expect(text).not.toContain('WARNING');
  });

  test('what is suspended is said of each CronJob', async () => {
    const suspended = { enabled: true, suspend: true };
    const text = await notes({
      create: { settings: said, suspend: true },
      backups: { files: { settings: said, suspend: false } },
      retain: suspended,
      markAndDelete: suspended,
      syncMetadata: suspended,
    });
    expect(text.match(/^\S+ is SUSPENDED/gm)).toEqual([
      'backup is SUSPENDED',
      'backup-mark-and-delete is SUSPENDED',
      'backup-retain is SUSPENDED',
      'backup-sync-metadata is SUSPENDED',
    ]);
  });

  exhaustively.test(
    'a database whose pod is not known costs a warning, and locks that there are not a sentence',
    async () => {
      const settings = { BAK_PVC_NAME: 'data', BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop' };
      const warning =
        /WARNING: the labels of the pod of deployment\/shop are not known here.* create\.databaseLabels/;
      expect(await notes({ create: { settings } })).toMatch(warning);
      expect(await notes({ create: { settings, databaseLabels: { app: 'shop' } } })).not.toMatch(warning);
      expect(await notes({ create: { settings, nearDatabase: 'none' } })).not.toMatch(warning);
      expect(await notes({ create: { settings } })).toContain('(locks.kind is none)');
      expect(await notes({ create: { settings }, locks: { kind: 'hostPath' } })).not.toContain('locks.kind');
    },
  );
});
