import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { chart, helm } from './helm.ts';
import { cronJobs, everything, ofKind, rendered, said } from './rendered.ts';

/** helm itself takes 53 characters. */
const names = [1, 36, 37, 38, 40, 44, 51, 52, 53].map(
  (length) => `${'release-x'.repeat(6).slice(0, length - 1)}9`,
);

/** What the API server takes, as far as it depends on names. */
function expectValidNames(objects: readonly KubeObject[]): void {
  const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
  const tooLong = objects
    .filter(({ kind, metadata: { name = '' } }) => {
      const longest = kind === 'CronJob' ? 52 : 63;
      return !subdomain.test(name) || (!kind.startsWith('ClusterRole') && name.length > longest);
    })
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(tooLong).toEqual([]);
  const values = objects.flatMap(({ metadata }) => Object.values(metadata.labels ?? {}));
  expect(values.filter((value) => !/^([A-Za-z0-9][-\w.]{0,61})?[A-Za-z0-9]$/.test(value))).toEqual([]);
}

/** The objects of which there is one only, by kind, namespace and name. */
function placesOf(objects: readonly KubeObject[], namespace: string): string[] {
  return objects.map(({ kind, metadata }) => {
    const isOfCluster = kind.startsWith('Cluster');
    return [kind, isOfCluster ? '' : namespace, metadata.name].join(' ');
  });
}

describe.skipIf(helm === undefined)('the names of a release', { timeout: 60_000 }, () => {
  test.each(sampled(names, 2))(
    'are such as the API server takes, however long that of the release is: %s',
    async (name) => {
      const objects = await rendered(everything, { name });
      expectValidNames(objects);
      expect(new Set(placesOf(objects, 'shop')).size).toBe(objects.length);
    },
  );

  exhaustively.test('are that of the release, and of the command', async () => {
    const objects = await rendered(everything, { name: 'fleet' });
    expect(cronJobs(objects).map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining([
        'fleet',
        'fleet-files',
        'fleet-retain',
        'fleet-mark-and-delete',
        'fleet-sync-metadata',
      ]),
    );
  });

  const pairs = [
    [
      ['b-c', 'ux-a'],
      ['c', 'ux-a-b'],
    ],
    [
      ['a', 'x'],
      ['a', 'x-a'],
    ],
    [
      [`${'n'.repeat(50)}-a`, 'x'],
      [`${'n'.repeat(50)}-b`, 'x'],
    ],
    [
      ['retain', 'x-a'],
      ['a-retain', 'x'],
    ],
  ] as const;

  test.each(sampled(pairs, 2))("are no other release's: %j and %j", async (one, other) => {
    const [first, second] = await Promise.all(
      [one, other].map(async ([name, namespace]) =>
        placesOf(await rendered(everything, { name, namespace }), namespace),
      ),
    );
    expect(first!.filter((place) => second!.includes(place))).toEqual([]);
  });

  test.each(
    sampled(
      [
        [{ nameOverride: 'nightly' }, 'backup-nightly', 'nightly'],
        [{ nameOverride: 'back' }, 'backup', 'back'],
        [{ fullnameOverride: 'mine' }, 'mine', 'backup-ns'],
        [{ fullnameOverride: 'm'.repeat(70) }, expect.stringMatching(/^m{43}-[0-9a-f]{8}$/), 'backup-ns'],
      ],
      2,
    ),
  )('follow what overrides them: %j', async (override, name, label) => {
    const objects = await rendered({ ...everything, ...override });
    const job = cronJobs(objects).find(
      ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'create',
    );
    expect(job?.metadata).toMatchObject({ name, labels: { 'app.kubernetes.io/name': label } });
    expect(cronJobs(objects)).toHaveLength(5);
    expectValidNames(objects);
  });

  test.each(sampled(['retain', 'mark-and-delete', 'sync-metadata', 'Files', 'a_b', 'n'.repeat(21)], 2))(
    'of its backups are refused where they would not do: %s',
    async (name) => {
      await expect(rendered({ backups: { [name]: { settings: said } } })).rejects.toThrow(
        /at '\/backups': additional properties '\S+' not allowed|backups\.\S+ would have the name/,
      );
    },
  );
});

describe.skipIf(helm === undefined)('as a part of another chart', { timeout: 60_000 }, () => {
  let parent: string;
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: '{{ .Release.Name }}' } };

  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'parent-'));
    mkdirSync(join(parent, 'templates'));
    cpSync(chart, join(parent, 'charts', 'backup-ns'), { recursive: true });
    writeFileSync(
      join(parent, 'Chart.yaml'),
      JSON.stringify({
        apiVersion: 'v2',
        name: 'shop',
        version: '1.0.0',
        dependencies: [
          { name: 'backup-ns', version: '*' },
          { name: 'backup-ns', version: '*', alias: 'hourly' },
        ],
      }),
    );
    writeFileSync(join(parent, 'templates', 'account.yaml'), JSON.stringify(account));
  });
  afterAll(() => rmSync(parent, { recursive: true }));

  test('the chart takes no name that its parent or a second one of it has', async () => {
    const part = { create: { settings: said } };
    const objects = await rendered(
      { 'backup-ns': part, hourly: part, global: { any: 1 } },
      { name: 'shop', folder: parent },
    );
    const accounts = ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata.name ?? '');
    expect(accounts.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'shop',
      'shop-backup-ns',
      'shop-hourly',
    ]);
    expect(new Set(placesOf(objects, 'shop')).size).toBe(objects.length);
    const bound = objects.flatMap(({ subjects }) => (subjects as { name: string }[] | undefined) ?? []);
    expect(new Set(bound.map(({ name }) => name))).toEqual(new Set(['shop-backup-ns', 'shop-hourly']));
  });

  exhaustively.test('the chart does so where the release is called as the chart is, too', async () => {
    const part = { create: { settings: said } };
    const objects = await rendered(
      { 'backup-ns': part, hourly: { create: { enabled: false } } },
      { name: 'backup-ns', folder: parent },
    );
    const accounts = ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata.name ?? '');
    expect(accounts.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'backup-ns',
      'backup-ns-backup-ns',
    ]);
  });

  exhaustively.test('the chart has defaults for what is null', async () => {
    const part = { create: { settings: said }, serviceAccount: null, locks: null };
    const objects = await rendered(
      { 'backup-ns': part, hourly: { create: { enabled: false } } },
      { name: 'shop', folder: parent },
    );
    expect(cronJobs(objects)).toHaveLength(1);
  });
});
