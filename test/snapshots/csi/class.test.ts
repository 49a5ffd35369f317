import { expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { chooseClass } from '../../../src/snapshots/csi/class.ts';

const driver = 'csi.example.com';

function snapshotClass(
  name: string,
  of: string,
  { isDefault = 'false', deletionPolicy = 'Delete' } = {},
): KubeObject {
  const annotations = { 'snapshot.storage.kubernetes.io/is-default-class': isDefault };
  const apiVersion = 'snapshot.storage.k8s.io/v1';
  return {
    apiVersion,
    kind: 'VolumeSnapshotClass',
    metadata: { name, annotations },
    driver: of,
    deletionPolicy,
  };
}

const fast = snapshotClass('fast', driver, { isDefault: 'true' });
const slow = snapshotClass('slow', driver, { deletionPolicy: 'Retain' });
const other = snapshotClass('other', 'csi.other.com', { isDefault: 'true' });

it('is the default of the driver when none is named', () => {
  expect(chooseClass([other, slow, fast], driver, undefined)).toEqual({
    found: { name: 'fast', driver, deletionPolicy: 'Delete', isDefault: true },
  });
});

it('is the named one, default or not, with its deletion policy', () => {
  expect(chooseClass([fast, slow], driver, 'slow')).toMatchObject({
    found: { name: 'slow', deletionPolicy: 'Retain' },
  });
});

it.each([
  ['does not exist', [fast, slow], 'gone', "There is no VolumeSnapshotClass 'gone'", 'fast, slow'],
  ['is of another driver', [fast, other], 'other', "is of driver 'csi.other.com'", 'are: fast'],
  ['is not the only default', [fast, { ...fast }], undefined, 'more than one default', 'fast, fast'],
  ['is no default', [slow, other], undefined, 'no default', 'are: slow'],
])('is refused when it %s, with what to set', (_, classes, wanted, words, known) => {
  const finding = chooseClass(classes, driver, wanted);
  expect(finding).toEqual({ problems: [expect.stringContaining(words)] });
  expect(finding).toEqual({ problems: [expect.stringContaining(known)] });
  expect(finding).toEqual({ problems: [expect.stringContaining('⟪snapshotClass⟫')] });
});

it.each([[[]], [[other]]])(
  'is refused where the driver has none, and creating one is the way: %#',
  (classes) => {
    const problem = `There is no VolumeSnapshotClass for driver '${driver}'; create one, or ask those who run the storage`;
    expect(chooseClass(classes, driver, undefined)).toEqual({ problems: [problem] });
  },
);

it("takes only the word 'true' for a default", () => {
  expect(
    chooseClass([snapshotClass('fast', driver, { isDefault: 'yes' })], driver, undefined),
  ).toHaveProperty('problems');
});
