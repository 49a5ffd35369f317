import { describe, expect, test } from 'vitest';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { helm } from './helm.ts';
import { cronJobs, rendered, renderedCreate, said, seen } from './rendered.ts';

const at = { BAK_PVC_NAME: 'data' };
const postgres = { BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop' };
const mysql = { BAK_DB_MYSQL_EXEC_RESOURCE: 'statefulset/shop' };
const chosen = ['BAK_DB_POSTGRES', 'BAK_DB_MYSQL', 'BAK_DB_SKIP'];

const choices: readonly (readonly [Record<string, unknown>, readonly (string | undefined)[]])[] = [
  [{ BAK_DB_SKIP: true }, [undefined, undefined, 'true']],
  [{ BAK_DB_SKIP: 'yes', ...postgres }, [undefined, undefined, 'yes']],
  [{ BAK_DB_SKIP: 1, BAK_DB_POSTGRES: false }, ['false', undefined, '1']],
  [postgres, ['true', undefined, undefined]],
  [mysql, [undefined, 'true', undefined]],
  [{ ...postgres, ...mysql }, ['true', 'true', undefined]],
  [{ ...postgres, BAK_DB_POSTGRES: '' }, ['true', undefined, undefined]],
  [{ ...postgres, ...mysql, BAK_DB_POSTGRES: false }, ['false', 'true', undefined]],
  // As the values of version 0.1 have it.
  [{ ...postgres, BAK_DB_POSTGRES: 'true', BAK_DB_SKIP: 'false' }, ['true', undefined, 'false']],
];

const refusals: readonly (readonly [string, object, RegExp])[] = [
  [
    'nothing',
    { settings: {} },
    /set create\.settings\.BAK_PVC_NAME .*; set create\.settings\.BAK_DB_POSTGRES_EXEC_RESOURCE or BAK_DB_MYSQL_EXEC_RESOURCE .* or create\.settings\.BAK_DB_SKIP=true/,
  ],
  ['no PVC', { settings: { BAK_DB_SKIP: true } }, /set create\.settings\.BAK_PVC_NAME/],
  ['an empty PVC', { settings: { ...said, BAK_PVC_NAME: '' } }, /set create\.settings\.BAK_PVC_NAME/],
  ['no database', { settings: at }, /BAK_DB_SKIP=true to snapshot without a dump/],
  [
    'no database, in words',
    { settings: { ...at, BAK_DB_SKIP: 'no', BAK_DB_MYSQL: 'no' } },
    /BAK_DB_SKIP=true to snapshot without a dump/,
  ],
  [
    'not where it runs',
    { settings: { ...at, BAK_DB_MYSQL: true } },
    /set create\.settings\.BAK_DB_MYSQL_EXEC_RESOURCE to where/,
  ],
  [
    'a dump and none',
    { settings: { ...at, ...postgres, BAK_DB_POSTGRES: 'TRUE', BAK_DB_SKIP: '1' } },
    /leave out create\.settings\.BAK_DB_POSTGRES or create\.settings\.BAK_DB_SKIP/,
  ],
  [
    'another namespace',
    { settings: { ...said, BAK_NAMESPACE: 'blog' } },
    /leave out create\.settings\.BAK_NAMESPACE: .*--namespace blog/,
  ],
];

describe.skipIf(helm === undefined)('what a backup is of', { timeout: 60_000 }, () => {
  test.each(sampled(choices, 3))('follows from what is said of it: %j', async (settings, expected) => {
    const variables = seen(await renderedCreate({ settings: { ...at, ...settings } }));
    expect(chosen.map((name) => variables[name])).toEqual(expected);
  });

  test.each(sampled(refusals, 2))(
    'is asked for in a sentence where it was said: %s',
    async (_, create, words) => {
      await expect(renderedCreate(create)).rejects.toThrow(words);
    },
  );

  exhaustively.test('may come from a Secret, as far as no rights follow from it', async () => {
    const valueFrom = { secretKeyRef: { name: 'backup', key: 'pvc' } };
    const extraEnv = [{ name: 'BAK_PVC_NAME', valueFrom }];
    const [job] = cronJobs(await renderedCreate({ settings: { BAK_DB_SKIP: true }, extraEnv }));
    expect(JSON.stringify(job)).toContain('"secretKeyRef"');
  });

  test('is said for each backup of the namespace by itself, and the rest as for the first', async () => {
    const create = { settings: said, schedule: '1 1 * * *', timeZone: 'Europe/Vienna', backoffLimit: 0 };
    const files = {
      schedule: '2 * * * *',
      suspend: true,
      settings: { BAK_PVC_NAME: 'files', BAK_DB_SKIP: true },
    };
    const objects = await rendered({ create, backups: { files } });
    const other = cronJobs(objects).find(({ metadata }) => metadata.name === 'backup-files');
    expect(other?.spec).toMatchObject({ schedule: '2 * * * *', timeZone: 'Europe/Vienna', suspend: true });
    expect(other?.spec.jobTemplate.spec['backoffLimit']).toBe(0);
    expect(seen(objects, 'backup-files')['BAK_PVC_NAME']).toBe('files');
    expect(seen(objects)['BAK_PVC_NAME']).toBe('data');
    await expect(rendered({ create, backups: { files: {} } })).rejects.toThrow(
      'backups.files.settings.BAK_PVC_NAME',
    );
  });

  exhaustively.test('need not be said of the first where there are others only', async () => {
    const objects = await rendered({
      create: { enabled: false },
      backups: { a: { settings: said }, b: { settings: said } },
    });
    expect(cronJobs(objects).map(({ metadata }) => metadata.name)).toEqual(['backup-a', 'backup-b']);
  });
});

describe.skipIf(helm === undefined)('a release without rights in the cluster', { timeout: 60_000 }, () => {
  const rbac = { cluster: false };
  const settings = { ...said, BAK_VS_CLASS_NAME: 'fast' };

  test('has roles in its namespace only, for retain, too', async () => {
    const objects = await rendered({ create: { settings }, retain: { enabled: true }, rbac });
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith('Cluster'))).toEqual([]);
    expect(kinds.filter((kind) => kind === 'Role')).toHaveLength(2);
    expect(seen(objects, 'backup-retain')['RETAIN_NAMESPACES']).toBe('shop');
  });

  test.each(
    sampled(
      [
        ['a class', { create: { settings: said } }, 'set create.settings.BAK_VS_CLASS_NAME to'],
        [
          'no group',
          { create: { settings: { ...settings, BAK_VS_GROUP_SELECTOR: 'a=b' } } },
          'leave out create.settings.BAK_VS_GROUP_SELECTOR',
        ],
        [
          'no other namespace',
          { retain: { enabled: true, settings: { RETAIN_NAMESPACES: 'a,b' } } },
          'RETAIN_NAMESPACES',
        ],
        ['no contents', { markAndDelete: { enabled: true } }, 'markAndDelete.enabled'],
        ['no contents', { syncMetadata: { enabled: true } }, 'syncMetadata.enabled'],
      ],
      2,
    ),
  )('needs %s, and says so', async (_, values, words) => {
    await expect(rendered({ create: { settings }, ...values, rbac })).rejects.toThrow(words);
  });
});
