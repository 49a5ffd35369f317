import { describe, expect, it } from 'vitest';
import { contentProblem, snapshotProblem } from '../../src/orphans/replacement-problem.ts';
import { replacementContent, replacementSnapshot } from '../../src/orphans/replacement.ts';
import type { VolumeSnapshotContent } from '../../src/snapshots/csi/content.ts';
import { annotation } from '../../src/snapshots/labels.ts';
import { object } from '../support/objects.ts';

const old: VolumeSnapshotContent = object(
  'VolumeSnapshotContent',
  { name: 'old', uid: 'u1', creationTimestamp: '2026-11-20T02:00:00Z' },
  { spec: { driver: 'd', source: { volumeHandle: 'v' } }, status: { snapshotHandle: 'h' } },
);
const target = { namespace: 'shop', name: 'night', className: undefined };
const wanted = replacementContent(old, target, new Date('2026-11-21T12:00:00Z'));

describe('a content in the place of an old one', () => {
  const { metadata, spec = {} } = wanted;
  const present = (changes: Partial<VolumeSnapshotContent>) =>
    contentProblem({ ...wanted, ...changes }, wanted);
  const having = (changes: object) => present({ spec: { ...spec, ...changes } });

  it('is good when it is what is wanted', () => {
    expect(present({})).toBeUndefined();
    const { namespace, name } = target;
    expect(having({ volumeSnapshotRef: { namespace, name, uid: 'bound' } })).toBeUndefined();
  });

  it.each([
    [
      'is on its way out',
      present({ metadata: { ...metadata, deletionTimestamp: 'now' } }),
      'is being deleted',
    ],
    ['is of no other', present({ metadata: { ...metadata, annotations: {} } }), 'is another one'],
    [
      'is of another',
      present({ metadata: { ...metadata, annotations: { [annotation.reboundFrom]: 'another' } } }),
      'is another one',
    ],
    ['is of another driver', having({ driver: 'other' }), 'is another one'],
    ['has other data', having({ source: { snapshotHandle: 'other' } }), 'is another one'],
    ['has no data', having({ source: {} }), 'is another one'],
    ['would take the data along', having({ deletionPolicy: 'Delete' }), 'is told to delete the data'],
    [
      'is for another namespace',
      having({ volumeSnapshotRef: { namespace: 'other', name: 'night' } }),
      "is for VolumeSnapshot 'night' in namespace 'other'; go on with that by ⟪--namespace⟫ other ⟪--name⟫ night",
    ],
    [
      'is for another snapshot',
      having({ volumeSnapshotRef: { namespace: 'shop', name: 'other' } }),
      "is for VolumeSnapshot 'other' in namespace 'shop'",
    ],
  ])('is refused when it %s', (_, problem, words) => {
    expect(problem).toContain(words);
  });
});

describe('a snapshot in the place of an old one', () => {
  const good = replacementSnapshot(wanted);
  const content = wanted.metadata.name ?? '';

  it('is good when it is what is wanted', () => {
    expect(snapshotProblem(good, content)).toBeUndefined();
  });

  it('is refused when it is on its way out, or another', () => {
    const going = { ...good, metadata: { ...good.metadata, deletionTimestamp: 'now' } };
    expect(snapshotProblem(going, content)).toContain('is being deleted');
    expect(snapshotProblem(good, 'another')).toContain('is there already, and another one');
  });
});
