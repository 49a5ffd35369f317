import { describe, expect, it } from 'vitest';
import { knownNames } from '../../src/cli/known-settings.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { readCronJob } from '../../src/status/read-cron-job.ts';

interface Manifest {
  readonly image?: string;
  readonly labels?: Record<string, string>;
  readonly command?: unknown;
  readonly args?: unknown;
  readonly env?: unknown;
  readonly envFrom?: unknown;
}

function cronJob({
  labels = {},
  image = 'backup-ns',
  args = ['create'],
  ...container
}: Manifest): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      namespace: 'shop',
      name: 'backup',
      uid: 'u',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels,
    },
    spec: {
      schedule: '30 4 * * *',
      jobTemplate: { spec: { template: { spec: { containers: [{ image, args, ...container }] } } } },
    },
  };
}

const read = (manifest: Manifest) => readCronJob(cronJob(manifest), knownNames);
const env = (variables: Record<string, string>) =>
  Object.entries(variables).map(([name, value]) => ({ name, value }));

describe('a CronJob is ours', () => {
  it.each<[string, Manifest]>([
    ['by its image', { image: 'registry.example.com/a/backup-ns:1@sha256:abc' }],
    ['by its label', { image: 'other', labels: { 'app.kubernetes.io/name': 'backup-ns' } }],
    ['by a setting', { image: 'other', env: env({ BAK_PVC_NAME: 'data' }) }],
    [
      'by what its shell runs',
      { command: ['sh', '-c'], args: ['sleep 1; backup-ns create --pvc-name data'] },
    ],
  ])('%s', (_, manifest) => expect(read(manifest)).toBeDefined());

  it.each<[string, Manifest]>([
    ['that runs another command', { args: ['retain'] }],
    ['of another tool', { image: 'velero', env: env({ TZ: 'UTC' }) }],
    ['without words', { args: null }],
    ['with words that are none', { args: [1, { create: true }] }],
  ])('but not one %s', (_, manifest) => expect(read(manifest)).toBeUndefined());
});

describe('it backs up', () => {
  it('the PVCs of its variable, of its flag, or the one of the default', () => {
    expect(read({ env: env({ BAK_PVC_NAME: 'data,media' }) })?.pvcs).toEqual(['data', 'media']);
    expect(
      read({ args: ['create', '--pvc-name', 'files'], env: env({ BAK_PVC_NAME: 'data' }) })?.pvcs,
    ).toEqual(['files']);
    expect(read({ args: ['create', '--pvc-name=files'] })?.pvcs).toEqual(['files']);
    expect(read({})?.pvcs).toEqual(['data']);
  });

  it('nobody knows what, where its manifest does not say it', () => {
    const valueFrom = { configMapKeyRef: { name: 'a', key: 'b' } };
    expect(read({ env: [{ name: 'BAK_PVC_NAME', valueFrom }] })?.pvcs).toBeUndefined();
    expect(read({ envFrom: [{ configMapRef: { name: 'a' } }] })?.pvcs).toBeUndefined();
    expect(read({ env: env({ BAK_PVC_NAME: '$(PVC)' }) })?.pvcs).toBeUndefined();
    expect(read({ env: env({ BAK_PVC_NAME: '../etc' }) })?.pvcs).toBeUndefined();
  });

  it('its own namespace, unless it names another', () => {
    expect(read({})?.target).toBe('shop');
    expect(read({ env: env({ BAK_NAMESPACE: 'blog' }) })?.target).toBe('blog');
    expect(read({ args: ['create', '-n', 'blog'] })?.target).toBe('blog');
    expect(read({ args: ['create', '-n', 'a', '--namespace=blog'] })?.target).toBe('blog');
  });

  it('databases, if it names an engine', () => {
    expect(read({ env: env({ BAK_DB_SKIP: 'true' }) })?.engines).toEqual([]);
    expect(read({ env: env({ BAK_DB_POSTGRES: 'yes' }) })?.engines).toEqual(['postgres']);
    expect(read({ args: ['create', '--db-mysql'] })?.engines).toEqual(['mysql']);
  });
});

describe('what its manifest does not say is unknown, and not no:', () => {
  const valueFrom = { configMapKeyRef: { name: 'a', key: 'b' } };
  const envFrom = [{ configMapRef: { name: 'a' } }];

  it('whether it dumps', () => {
    const dumpsOf = (manifest: Manifest) => {
      const { engines, mayDump } = read(manifest)!;
      return [engines, mayDump];
    };
    expect(dumpsOf({ env: [{ name: 'BAK_DB_POSTGRES', valueFrom }] })).toEqual([[], true]);
    expect(dumpsOf({ envFrom })).toEqual([[], true]);
    expect(dumpsOf({ envFrom, env: env({ BAK_DB_MYSQL: 'true' }) })).toEqual([['mysql'], false]);
    expect(dumpsOf({ envFrom, args: ['create', '--db-skip'] })).toEqual([[], false]);
    expect(dumpsOf({ command: ['sh', '-c', 'if true; then backup-ns create; fi'] })).toEqual([[], true]);
    expect(dumpsOf({})).toEqual([[], false]);
  });

  it('whether it only tries', () => {
    expect(read({ env: [{ name: 'BAK_DRY_RUN', valueFrom }] })?.isDryRun).toBeUndefined();
    expect(read({ envFrom })?.isDryRun).toBeUndefined();
    expect(read({ envFrom, env: env({ BAK_DRY_RUN: 'false' }) })?.isDryRun).toBe(false);
    expect(read({ args: ['create', '$(MORE)'] })?.isDryRun).toBeUndefined();
  });

  it('which PVCs it backs up, where its namespace is not there, unless it is its own', () => {
    expect(read({ env: [{ name: 'BAK_NAMESPACE', valueFrom }] })?.pvcs).toBeUndefined();
    const own = { fieldRef: { fieldPath: 'metadata.namespace' } };
    expect(read({ env: [{ name: 'BAK_NAMESPACE', valueFrom: own }] })).toMatchObject({
      target: 'shop',
      pvcs: ['data'],
    });
  });
});

it('what its shell runs is read like what it runs itself', () => {
  const script = 'set -e; backup-ns create -n blog --pvc-name=data --db-postgres --dry-run=false --dry-run';
  const { target, pvcs, engines, isDryRun } = read({ command: ['/bin/sh', '-c', script], args: [] }) ?? {};
  expect({ target, pvcs, engines, isDryRun }).toEqual({
    target: 'blog',
    pvcs: ['data'],
    engines: ['postgres'],
    isDryRun: true,
  });
});

describe('what is wrong with its settings is known before the night', () => {
  it('as create would say it', () => {
    expect(read({ env: env({ BAK_PVCNAME: 'data', BAK_DB_SKIP: 'true' }) })?.mistakes).toEqual([
      'BAK_PVCNAME is not a setting of backup-ns; did you mean BAK_PVC_NAME?',
    ]);
    expect(read({ env: env({ BAK_DB_SKIP: 'true' }) })?.mistakes).toEqual([]);
  });

  it('of flags that create does not know, and without the value of one', () => {
    expect(read({ args: ['create', '--db-skip', '--pvc-nam=data'] })?.mistakes).toEqual([
      expect.stringMatching(
        /^create does not take these words: unknown option '--pvc-nam=\*\*\*'.*; correct them$/s,
      ),
    ]);
  });

  it('but where settings come from elsewhere, nothing is said', () => {
    expect(read({ envFrom: [{ configMapRef: { name: 'a' } }] })?.mistakes).toEqual([]);
  });

  it('and no file of this machine is read that a tenant names as that of a secret', () => {
    const file = { BAK_DB_POSTGRES_PASSWORD_FILE: '/etc/shadow-that-is-not-there', BAK_DB_POSTGRES: 'true' };
    expect(read({ env: env(file) })?.mistakes).toEqual([]);
    const flags = ['create', '--db-postgres', '--db-postgres-password-file=/etc/shadow-that-is-not-there'];
    expect(read({ args: flags })?.mistakes).toEqual([]);
  });
});
