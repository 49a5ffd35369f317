import { describe, expect, it } from 'vitest';
import { volumeSnapshotContents } from '../../../src/kube/resources.ts';
import { contentsOf } from '../../../src/snapshots/csi/contents-of.ts';
import { retainedContent } from '../../../src/snapshots/csi/retained-content.ts';
import { singleContents } from '../../../src/snapshots/csi/content-kind.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const { signal } = new AbortController();

/** Asks for the contents of snapshot `night` with uid `own`, which says this much, among contents with these owners. */
async function found(
  said: Record<string, unknown>,
  owners: Readonly<Record<string, object>>,
  labels = {},
): Promise<string[]> {
  const kube = new FakeKube();
  for (const [name, volumeSnapshotRef] of Object.entries(owners)) {
    const fields = { spec: { volumeSnapshotRef } };
    kube.put(
      volumeSnapshotContents,
      object('VolumeSnapshotContent', { name, namespace: '', labels }, fields),
    );
  }
  const snapshot = object('VolumeSnapshot', { name: 'night', uid: 'own' }, said);
  return (await contentsOf(snapshot, { kube, signal })).map(({ metadata }) => metadata.name ?? '');
}

const own = { namespace: 'shop', name: 'night', uid: 'own' };
const bound = { status: { boundVolumeSnapshotContentName: 'a' } };

describe('the contents of a snapshot', () => {
  it.each([
    ['its own', own, true],
    ['one that was made by hand for it, and is not bound yet', { ...own, uid: undefined }, true],
    ['one of an earlier snapshot of that name', { ...own, uid: 'earlier' }, false],
    ['one of another snapshot', { ...own, name: 'other' }, false],
    ['one of another namespace', { ...own, namespace: 'other' }, false],
    ['one of nobody', {}, false],
  ])('that it names are counted when it is %s: %o %s', async (_, owner, isCounted) => {
    expect(await found(bound, { a: owner })).toEqual(isCounted ? ['a'] : []);
    const named = { spec: { source: { volumeSnapshotContentName: 'a' } } };
    expect(await found(named, { a: owner })).toEqual(isCounted ? ['a'] : []);
  });

  it('are the one that its status names and the one that it was made from', async () => {
    const said = { ...bound, spec: { source: { volumeSnapshotContentName: 'b' } } };
    expect(await found(said, { a: own, b: own, c: own })).toEqual(['a', 'b']);
  });

  it('are found by the name that the controller gives where its status says nothing', async () => {
    expect(await found({}, { 'snapcontent-own': own, a: own })).toEqual(['snapcontent-own']);
    expect(
      await found({ status: { boundVolumeSnapshotContentName: '' } }, { 'snapcontent-own': own }),
    ).toEqual(['snapcontent-own']);
  });

  it('are none where they are gone', async () => {
    expect(await found(bound, {})).toEqual([]);
  });

  it('keep the snapshot when somebody holds one of them', async () => {
    await expect(found(bound, { a: own }, { [label.hold]: 'true' })).rejects.toThrow("'a'");
  });
});

describe('a content that outlives its snapshot', () => {
  const content = (deletionPolicy: string, owner: object, metadata = {}) =>
    object(
      'VolumeSnapshotContent',
      { name: 'a', uid: 'c', ...metadata },
      {
        spec: { deletionPolicy, volumeSnapshotRef: owner },
      },
    );

  it.each([
    ['retained and bound to it', content('Retain', own), true],
    ['deleted with it', content('Delete', own), false],
    ['bound to an earlier one of that name', content('Retain', { ...own, uid: 'earlier' }), false],
    ['not bound yet', content('Retain', { ...own, uid: undefined }), false],
    ['without a name', content('Retain', own, { name: '' }), false],
    ['without a uid', content('Retain', own, { uid: '' }), false],
    ['of a snapshot without a namespace', content('Retain', { ...own, namespace: '' }), false],
    ['of a snapshot without a name', content('Retain', { ...own, name: '' }), false],
  ])('is one that is %s', (_, one, isRetained) => {
    expect(retainedContent(singleContents, one, 'own')).toEqual(
      isRetained ? { kind: singleContents, name: 'a', uid: 'c', owner: own } : undefined,
    );
  });
});
