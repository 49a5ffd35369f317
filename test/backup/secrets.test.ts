import { describe, expect, it } from 'vitest';
import { events, jobs, leases, pods } from '../../src/kube/resources.ts';
import { createSettings } from '../../src/backup/settings/create.ts';
import { effectiveSettings, recordable } from '../../src/settings/read.ts';
import { sourcesOf } from '../settings/sources.ts';
import { object } from '../support/objects.ts';
import { Shop } from './shop.ts';

const marker = 'hunter2-marker';
const hook = { exec: 'deployment/db', container: 'postgres' };
const hooks = (...list: object[]) => JSON.stringify(list.map((one) => ({ ...hook, ...one })));
const table = Object.values(createSettings.table);

/** Where people put a secret, whatever the setting is for. */
const forms = [
  `https://user:${marker}@gateway.example/path`,
  `postgresql://app:${marker}@db/shop?sslmode=require`,
  `host=db user=app password=${marker} dbname=shop`,
  `https://gateway.example/?token=${marker}`,
  `--password=${marker}`,
  `{"password": "${marker}"`,
];

const cases: readonly (readonly [name: string, value: string])[] = [
  ...table.flatMap(({ name }) => forms.map((form) => [name, form] as const)),
  ...table
    .filter(({ isSecret }) => isSecret)
    .flatMap(({ name }) => [
      [name, marker] as const,
      [name, `Bearer ${marker}`] as const,
      [name, `${marker}\n`] as const,
      [`${name}_FILE`, marker] as const,
      [`${name}_FILE`, `/nowhere/${marker}`] as const,
    ]),
  ['BAK_METRICS_PUSH_URL', `http://127.0.0.1:9/${marker}`],
  ['BAK_HOOKS', hooks({ before: ['app', marker], after: ['app', `-p${marker}`] })],
  ['BAK_HOOKS', hooks({ before: ['sh', '-c', `mysql -p${marker} -e 'flush tables'`] })],
  ['BAK_HOOKS', `[{"before":["app","${marker}"]`],
  ['BAK_HOOKS', hooks({ before: ['app', marker], onError: marker })],
];

function shop(): Shop {
  const made = new Shop();
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'nightly-1', uid: 'uid-1', controller: true };
  made.kube.put(pods, object('Pod', { name: 'nightly-1-abc', ownerReferences: [owner] }));
  made.kube.put(jobs, object('Job', { name: 'nightly-1' }));
  // A shell repeats what it could not run.
  made.hook = ({ command }) =>
    Promise.resolve({ exitCode: command.length > 2 ? 2 : 0, stderr: command.at(-1) ?? '' });
  return made;
}

/** All that anybody sees, or that stays, of a backup with these settings. */
async function seen(environment: Record<string, string>): Promise<string> {
  const found = effectiveSettings(createSettings, sourcesOf({ BAK_DB_POSTGRES: 'true', ...environment }));
  const settings = [found, recordable(found.rows)];
  if (found.problems.length > 0) return JSON.stringify(settings);
  const made = shop();
  const end: unknown = await made
    .backup({ BAK_LABEL_VS_POD: 'nightly-1-abc', ...environment })
    .catch((error: unknown) => [String(error), error]);
  const kept = [made.snapshots, made.kube.all(events), made.kube.all(leases)];
  return JSON.stringify([settings, end, kept, made.context.lines]);
}

describe('a secret in a setting', () => {
  it('is in no row, record, problem, log line, event, annotation, note or result', async () => {
    const told: string[] = [];
    for (const [name, value] of cases) {
      if ((await seen({ [name]: value })).includes(marker)) told.push(`${name}=${value}`);
    }
    expect(told).toEqual([]);
  });

  it('is not needed to know which hooks a backup had: their names are recorded', () => {
    const { rows } = effectiveSettings(
      createSettings,
      sourcesOf({ BAK_HOOKS: hooks({ name: 'rest', before: ['app', marker] }, { after: ['app'] }) }),
    );
    expect(recordable(rows)['BAK_HOOKS']).toBe('["rest","hook-2"]');
  });
});
