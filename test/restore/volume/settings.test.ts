import { expect, it } from 'vitest';
import { readSettings } from '../../../src/settings/read.ts';
import { restoreSettings } from '../../../src/restore/volume/settings.ts';
import { sourcesOf } from '../../settings/sources.ts';

const read = (flags: Record<string, string>) =>
  readSettings(restoreSettings, sourcesOf({}, { snapshot: 'vs/monday', pvc: 'restored', ...flags })).settings;

it('a snapshot and a name for the claim are enough', () => {
  expect(read({})).toEqual({
    snapshot: 'monday',
    pvc: 'restored',
    wait: false,
    dryRun: false,
    timeoutMilliseconds: 900_000,
    namespace: undefined,
    storageClass: undefined,
    accessMode: undefined,
    size: undefined,
  });
});

it.each([
  ['RWO', 'ReadWriteOnce'],
  ['rox', 'ReadOnlyMany'],
  ['RWX', 'ReadWriteMany'],
  ['RWOP', 'ReadWriteOncePod'],
  ['ReadWriteOncePod', 'ReadWriteOncePod'],
  ['readwritemany', 'ReadWriteMany'],
])('the access mode %s is %s', (text, mode) => {
  expect(read({ 'access-mode': text }).accessMode).toBe(mode);
});

it.each([
  [{ pvc: 'A_B' }, "--pvc is 'A_B'; it must be the name of a PersistentVolumeClaim"],
  [{ 'access-mode': 'rw' }, "--access-mode is 'rw'; it must be ReadWriteOnce, "],
  [{ size: '10GB' }, "--size is '10GB'; it must be a size such as"],
  [{ timeout: '5m' }, '--timeout is given without --wait'],
])('%o is wrong', (flags, words) => {
  expect(() => read(flags)).toThrow(words);
});

it('without a name for the claim it says that one is missing', () => {
  const sources = sourcesOf({}, { snapshot: 'monday' });
  expect(() => readSettings(restoreSettings, sources)).toThrow(/^--pvc is missing; [^\n]*$/);
});
