import { describe, expect, test } from 'vitest';
import type { ManagedSnapshot } from '../../src/snapshots/managed.ts';
import { readSnapshot } from '../../src/snapshots/managed.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
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
