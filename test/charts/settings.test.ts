import { describe, expect, test } from 'vitest';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { helm } from './helm.ts';
import { everything, rendered, renderedCreate, said, seen } from './rendered.ts';

/** By what the chart says itself where a user does not. */
const chartSays = { BAK_FLOCK: 'true', BAK_FLOCK_DIR: '/locks', BAK_LABEL_VS_TYPE: 'cronjob' };

const values: readonly (readonly [unknown, string | undefined])[] = [
  [false, 'false'],
  [0, '0'],
  ['', ''],
  [null, undefined],
  [true, 'true'],
  ['yes', 'yes'],
];

/** Whole numbers as YAML, JSON and --set have them: of any size. */
const numbers = [0, 1, 7, 1000, 100_000, 999_999, 1_000_000, 10_000_000, 604_800, 2 ** 53 - 1];

const texts = [
  'pa$$word',
  'echo pid $$ $(TZ)',
  '$(BAK_PVC_NAME)',
  '${POSTGRES_PASSWORD}',
  '$',
  '$$$$',
  `p'a"s$(id)\`\\`,
  ' between blanks ',
  'two\nlines\n',
  'a\ttab and a \u0007',
  'żółć 🐘 \u2028',
  '1e3',
  '007',
  'true',
  'null',
  '~',
  '{{ .Release.Name }}',
  '- a: [b]',
  '#none',
];

describe.skipIf(helm === undefined)('what is said to the chart', { timeout: 60_000 }, () => {
  const cases = Object.keys(chartSays).flatMap((name) => values.map((one) => [name, ...one] as const));

  test.each(sampled(cases, 4))(
    'wins over what the chart says itself, whatever its value and type: %s is %j',
    async (name, value, expected) => {
      const settings = { ...said, [name]: value };
      const variables = seen(await renderedCreate({ settings }, { locks: { kind: 'hostPath' } }));
      const wanted = { ...chartSays, [name]: expected };
      expect(Object.fromEntries(Object.keys(wanted).map((key) => [key, variables[key]]))).toEqual(wanted);
    },
  );

  test('stays a whole number, in each CronJob and at each place', async () => {
    // Numbers of other settings have bounds.
    const places = { BAK_LABEL_VS_POD: 'backup', RETAIN_POD: 'backup-retain' };
    for (const number of sampled(numbers, 2)) {
      const objects = await rendered({
        ...everything,
        create: {
          settings: { ...said, BAK_LABEL_VS_POD: number },
          activeDeadlineSeconds: number + 1,
          backoffLimit: number,
          startingDeadlineSeconds: number + 1,
          ttlSecondsAfterFinished: number,
        },
        retain: { enabled: true, settings: { RETAIN_POD: number } },
        successfulJobsHistoryLimit: number,
        podSecurityContext: { runAsUser: number },
      });
      for (const [name, job] of Object.entries(places)) expect(seen(objects, job)[name]).toBe(String(number));
      const job = JSON.stringify(objects.find(({ kind }) => kind === 'CronJob'));
      for (const field of [
        'backoffLimit',
        'ttlSecondsAfterFinished',
        'successfulJobsHistoryLimit',
        'runAsUser',
      ])
        expect(job).toContain(`"${field}":${number}`);
      for (const field of ['activeDeadlineSeconds', 'startingDeadlineSeconds'])
        expect(job).toContain(`"${field}":${number + 1}`);
    }
  });

  test('arrives as it is written, although the kubelet takes $$ for $ and $(TZ) for a variable', async () => {
    const names = ['BAK_DB_POSTGRES_PASSWORD', 'BAK_METRICS_PUSH_AUTHORIZATION', 'BAK_QUIESCE_CONTAINER'];
    const settings = Object.fromEntries(
      texts.map((text, index) => [names[index % names.length]!, text] as const),
    );
    for (const text of sampled(texts, 3)) {
      const all = { ...said, ...settings, BAK_DB_POSTGRES_PASSWORD: text };
      const hooks = [{ name: 'rest', exec: 'deployment/app', before: ['sh', '-c', text], after: [text] }];
      const objects = await renderedCreate({ settings: all, hooks, timeZone: text });
      const { TZ, BAK_HOOKS = '', BAK_DB_POSTGRES_PASSWORD } = seen(objects);
      expect({ TZ, BAK_DB_POSTGRES_PASSWORD }).toEqual({ TZ: text, BAK_DB_POSTGRES_PASSWORD: text });
      expect(JSON.parse(BAK_HOOKS)).toEqual(hooks);
    }
  });

  exhaustively.test('arrives as written where hooks are a list in the settings, too', async () => {
    const hooks = [{ name: 'rest', exec: 'pod/db-0', before: ['echo', '$(TZ) $$', '<&>'] }];
    const objects = await renderedCreate({ settings: { ...said, BAK_HOOKS: hooks } });
    expect(JSON.parse(seen(objects)['BAK_HOOKS'] ?? '')).toEqual(hooks);
  });

  exhaustively.test('is left to Kubernetes where a user writes as for Kubernetes, in extraEnv', async () => {
    const extraEnv = [{ name: 'BAK_DB_POSTGRES_USER', value: '$(TZ)-$$' }];
    const objects = await renderedCreate({ extraEnv, timeZone: 'UTC' });
    expect(seen(objects)['BAK_DB_POSTGRES_USER']).toBe('UTC-$');
  });

  test.each(
    sampled(
      [
        ['create', { create: { settings: said, extraEnv: [{ name: 'BAK_PVC_NAME', value: 'x' }] } }],
        [
          'create',
          {
            create: {
              settings: said,
              extraEnv: [
                { name: 'X', value: '1' },
                { name: 'X', value: '2' },
              ],
            },
          },
        ],
        ['create', { create: { settings: said, extraEnv: [{ name: 'TZ', value: 'UTC' }] } }],
        [
          'backups.files',
          {
            backups: {
              files: {
                settings: said,
                extraEnv: [
                  { name: 'BAK_DRY_RUN', value: 'x' },
                  { name: 'BAK_DRY_RUN', value: 'y' },
                ],
              },
            },
          },
        ],
        [
          'retain',
          {
            retain: {
              enabled: true,
              settings: { RETAIN_NAME: 'x' },
              extraEnv: [{ name: 'RETAIN_NAME', value: 'y' }],
            },
          },
        ],
      ],
      2,
    ),
  )('is refused where it is said twice, with the place: %s', async (where, one) => {
    await expect(rendered({ create: { settings: said }, ...one })).rejects.toThrow(
      new RegExp(
        `(BAK_PVC_NAME|X|TZ|BAK_DRY_RUN|RETAIN_NAME) stands (twice )?in .*${where}\\.extraEnv.*; (leave one|set)`,
      ),
    );
  });

  exhaustively.test('may be said in extraEnv of what the chart would say itself', async () => {
    const extraEnv = [
      { name: 'BAK_LABEL_VS_TYPE', value: 'nightly' },
      { name: 'BAK_LABEL_VS_POD', value: 'mine' },
    ];
    const objects = await renderedCreate({ extraEnv });
    expect(seen(objects)).toMatchObject({ BAK_LABEL_VS_TYPE: 'nightly', BAK_LABEL_VS_POD: 'mine' });
    const names = objects
      .filter(({ kind }) => kind === 'Pod')
      .flatMap(({ spec }) => (spec as { containers: { env: { name: string }[] }[] }).containers[0]!.env)
      .map(({ name }) => name);
    expect(names).toHaveLength(new Set(names).size);
  });
});
