import { expect, test } from 'vitest';
import { restore } from '../../src/cli/restore.ts';
import type { RestoreResult } from '../../src/restore/volume/restore-volume.ts';

const result: RestoreResult = {
  namespace: 'shop',
  snapshot: 'monday',
  pvc: 'restored',
  size: '1Gi',
  storageClass: 'folders',
  accessModes: ['ReadWriteOnce'],
  volumeMode: 'Filesystem',
  dryRun: false,
  existed: false,
  bound: true,
  waitsForPod: false,
};

const shown = (changes: Partial<RestoreResult>) =>
  restore.views?.['table']?.({ ...result, ...changes }, { colour: false }) ?? '';

test.each<[string, Partial<RestoreResult>]>([
  ['bound', {}],
  ['bound, was there already', { existed: true }],
  ['not bound yet', { bound: false }],
  ['waits for its first pod', { bound: false, waitsForPod: true }],
  ['would be made', { bound: false, dryRun: true }],
  ['bound, was there already', { existed: true, dryRun: true }],
])('a claim that is "%s" is shown so', (state, changes) => {
  const [, row = ''] = shown(changes).split('\n');
  expect(row.split(/ {2,}/)).toEqual(['restored', 'monday', '1Gi', 'folders', 'ReadWriteOnce', state]);
});

test('what is bound, or waits for a pod, can be looked at in a pod that mounts it', () => {
  for (const changes of [{}, { bound: false, waitsForPod: true }]) {
    const [, overrides = ''] = /--overrides='(.*)'$/.exec(shown(changes)) ?? [];
    expect(JSON.parse(overrides)).toMatchObject({
      spec: { volumes: [{ name: 'restored', persistentVolumeClaim: { claimName: 'restored' } }] },
    });
  }
});

test('a volume without files is not mounted to be looked at', () => {
  expect(shown({ volumeMode: 'Block' })).not.toContain('kubectl');
});

test('what is not bound yet can be waited for by the same command, which says the cluster that was meant', () => {
  expect(shown({ bound: false })).toContain('Wait for it with the same command and --wait.');
});
