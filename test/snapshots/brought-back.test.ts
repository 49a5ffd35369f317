import { describe, expect, test } from 'vitest';
import type { ManagedSnapshot } from '../../src/snapshots/managed.ts';
import { readSnapshot } from '../../src/snapshots/managed.ts';
import { annotation, label, takenAt } from '../../src/snapshots/labels.ts';
import { object } from '../support/objects.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const creationTimestamp = '2027-01-20T12:00:00Z';

function read(takenAt: string, status: object = { readyToUse: true }): ManagedSnapshot {
  const identity = { name: 'data-1', uid: 'uid-1', resourceVersion: '17', creationTimestamp };
  const annotations = { [annotation.takenAt]: takenAt };
  const labels = { [label.weekly]: 'w47' };
  return readSnapshot(
    stored(object('VolumeSnapshot', { ...identity, labels, annotations }, { status })),
    'UTC',
  );
}

describe('a snapshot that was brought back', () => {
  test('is as old as its data, and not as its object', () => {
    const { createdAt, tiers } = read('2026-11-20T02:30:00Z');
    expect(createdAt).toBe(Date.parse('2026-11-20T02:30:00Z'));
    expect(tiers.get('weekly')).toBe('2026-w47');
  });

  test('is given the time to become ready that every new object is given', () => {
    expect(read('2026-11-20T02:30:00Z', {}).createdAt).toBe(Date.parse(creationTimestamp));
  });

  test.each(['2027-01-20T12:00:01Z', 'last week', ''])('is not believed to be of %s', (takenAt) => {
    expect(read(takenAt).createdAt).toBe(Date.parse(creationTimestamp));
  });
});

describe('a snapshot that was applied anew, over data that the storage has', () => {
  const ofContent = { volumeSnapshotContentName: 'content-1' };

  function applied(creationTime: unknown, spec: object = { source: ofContent }, annotations = {}) {
    const identity = { name: 'data-1', uid: 'uid-1', resourceVersion: '17', creationTimestamp };
    const status = { readyToUse: true, creationTime };
    const snapshot = stored(object('VolumeSnapshot', { ...identity, annotations }, { spec, status }));
    return { read: readSnapshot(snapshot, 'UTC').createdAt, shown: takenAt(snapshot).getTime() };
  }
  const both = (time: string) => ({ read: Date.parse(time), shown: Date.parse(time) });

  test('is as old as the storage says that its data is', () => {
    expect(applied('2026-12-09T04:31:00Z')).toEqual(both('2026-12-09T04:31:00Z'));
  });

  test('is never younger than its annotation says, nor than its object', () => {
    const annotations = { [annotation.takenAt]: '2026-11-20T02:30:00Z' };
    const source = { source: ofContent };
    expect(applied('2026-12-09T04:31:00Z', source, annotations)).toEqual(both('2026-11-20T02:30:00Z'));
    expect(applied('2026-10-09T04:31:00Z', source, annotations)).toEqual(both('2026-10-09T04:31:00Z'));
    expect(applied('2027-06-01T00:00:00Z')).toEqual(both(creationTimestamp));
  });

  test.each([
    '1970-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1754-08-30T22:43:41Z',
    'last week',
    '',
    7,
    null,
  ])('is as old as its object where the storage has forgotten when it was: %j', (time) => {
    expect(applied(time)).toEqual(both(creationTimestamp));
  });

  test('and one that was made from a PVC is not older than its object, whatever the clock of the storage says', () => {
    const source = { persistentVolumeClaimName: 'data' };
    expect(applied('2027-01-20T11:00:00Z', { source })).toEqual(both(creationTimestamp));
  });
});
