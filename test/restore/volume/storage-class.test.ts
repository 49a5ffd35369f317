import { describe, expect, it } from 'vitest';
import { chooseStorageClass, type StorageClass } from '../../../src/restore/volume/storage-class.ts';

const driver = 'driver.example';

function storageClass(name: string, provisioner = driver, isDefault = false): StorageClass {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': String(isDefault) };
  return { apiVersion: '', kind: '', metadata: { name, annotations }, provisioner };
}

function choose(classes: readonly StorageClass[], named?: string, ofSource?: string, of = driver) {
  const finding = chooseStorageClass(classes, { driver: of, named, ofSource });
  return 'found' in finding ? finding.found.metadata.name : finding.problems;
}

describe('the storage class of a restored volume is', () => {
  const all = [
    storageClass('fast'),
    storageClass('slow', driver, true),
    storageClass('other', 'another.example', true),
  ];

  it('the named one', () => expect(choose(all, 'fast', 'slow')).toBe('fast'));
  it('else that of the source', () => expect(choose(all, undefined, 'fast')).toBe('fast'));
  it('else the default of the driver', () => expect(choose(all)).toBe('slow'));
  it('else its only one', () => expect(choose([storageClass('fast'), ...all.slice(2)])).toBe('fast'));

  it.each(['gone', 'other'])('not that of the source when that is %s', (ofSource) => {
    expect(choose(all, undefined, ofSource)).toBe('slow');
  });
});

describe('it cannot be told, which names those that there are,', () => {
  const all = [storageClass('fast'), storageClass('slow')];

  it('when there are several', () => {
    expect(choose(all)).toEqual([
      "It is not clear of which StorageClass the new volume is to be; set ⟪storageClass⟫, those of driver 'driver.example' are: fast, slow",
    ]);
  });

  it('when several are the default', () => {
    expect(choose(all.map((one) => storageClass(one.metadata.name ?? '', driver, true)))).toHaveLength(1);
  });

  it('when there is none', () => {
    expect(choose([storageClass('other', 'another.example')])).toEqual([
      "No StorageClass is of driver 'driver.example', which has the snapshot; make one that is",
    ]);
  });

  it('when the named one is not there', () => {
    expect(choose(all, 'none')).toEqual([
      "There is no StorageClass 'none'; set ⟪storageClass⟫ to another, those of driver 'driver.example' are: fast, slow",
    ]);
  });

  it('when the named one is of another driver', () => {
    expect(choose([...all, storageClass('other', 'another.example')], 'other')).toEqual([
      "StorageClass 'other' is of driver 'another.example', the snapshot of 'driver.example'; set ⟪storageClass⟫ to another, those of driver 'driver.example' are: fast, slow",
    ]);
  });
});

it('without a driver only a named class is looked for', () => {
  const choice = (named: string | undefined) =>
    chooseStorageClass([storageClass('fast')], { driver: undefined, named, ofSource: 'fast' });
  expect(choice(undefined)).toEqual({ problems: [] });
  expect(choice('fast')).toMatchObject({ found: { metadata: { name: 'fast' } } });
  expect(choice('none')).toMatchObject({ problems: [expect.stringContaining("'none'") as string] });
});
