import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { bucketsOf } from '../../src/snapshots/buckets.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { readSnapshot } from '../../src/snapshots/managed.ts';
import { takenTiers } from '../../src/snapshots/taken-tiers.ts';
import { object, snapshotObject } from '../support/objects.ts';
import type { Tier } from '../../src/snapshots/tiers.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const now = new Date('2027-01-01T10:00:00Z');
const buckets = bucketsOf(now, 'UTC');
const single = { dumps: 0, volumes: 1 };

function read({ metadata, ...rest }: KubeObject) {
  const given = { uid: metadata.name ?? '', resourceVersion: '1', creationTimestamp: '2027-01-01T09:00:00Z' };
  return readSnapshot(stored({ ...rest, metadata: { ...given, ...metadata } }), 'UTC');
}

describe('a tier is taken', () => {
  const all = { [label.daily]: '2027-01-01', [label.weekly]: '2026-w53', [label.monthly]: '2027-01' };
  const taken = (...snapshots: readonly KubeObject[]): Tier[] => [
    ...takenTiers([snapshots.map(read)], single, buckets),
  ];

  it('by a ready snapshot with the same bucket', () => {
    expect(taken(snapshotObject('a', all))).toEqual(['daily', 'weekly', 'monthly']);
  });

  it('but not by one that has a date after which it goes', () => {
    const leaving = { ...all, [label.deleteAfter]: '2027-01-05' };
    expect(taken(snapshotObject('a', leaving))).toEqual([]);
  });

  it('by any of several', () => {
    const daily = snapshotObject('a', { [label.daily]: '2027-01-01' });
    const monthly = snapshotObject('b', { [label.monthly]: '2027-01' });
    expect(taken(daily, monthly)).toEqual(['daily', 'monthly']);
  });

  it.each([
    ['that is not ready', { readyToUse: false }],
    ['without a status', undefined],
    ['whose status does not say', {}],
    ['with an error', { error: { message: 'no space' } }],
  ])('not by a snapshot %s', (_, status) => {
    expect(taken(object('VolumeSnapshot', { name: 'a', labels: all }, { status }))).toEqual([]);
  });

  it('not by a snapshot that is being deleted', () => {
    const metadata = { name: 'a', labels: all, deletionTimestamp: '2027-01-01T00:00:00Z' };
    expect(taken(object('VolumeSnapshot', metadata, { status: { readyToUse: true } }))).toEqual([]);
  });

  it('not by another bucket, and not by no label at all', () => {
    expect(
      taken(
        snapshotObject('a', { [label.daily]: '2026-12-31', [label.weekly]: '2027-w01' }),
        object('VolumeSnapshot', { name: 'b' }, { status: { readyToUse: true } }),
      ),
    ).toEqual([]);
  });

  it('by a week without its year when that year is the one the snapshot was made in', () => {
    const yearless = (creationTimestamp: string) =>
      object(
        'VolumeSnapshot',
        { name: 'a', labels: { [label.weekly]: 'w53' }, creationTimestamp },
        { status: { readyToUse: true } },
      );
    expect(taken(yearless('2026-12-31T10:00:00Z'))).toEqual(['weekly']);
    expect(taken(yearless('2027-01-03T10:00:00Z'))).toEqual(['weekly']);
    expect(taken(yearless('2020-12-31T10:00:00Z'))).toEqual([]);
  });

  it('by a bucket of another tier never', () => {
    expect(taken(snapshotObject('a', { [label.daily]: '2027-01' }))).toEqual([]);
  });
});

describe('a tier is taken from a backup of several volumes or with dumps', () => {
  const daily = { [label.daily]: '2027-01-01' };
  const part = (name: string, backup: string, dumps = 0, ready = true) =>
    read(
      object(
        'VolumeSnapshot',
        {
          name,
          labels: { ...daily, [label.backup]: backup },
          annotations: { [annotation.databases]: String(dumps) },
        },
        { status: { readyToUse: ready } },
      ),
    );

  it('only by one backup that has all of its volumes', () => {
    const both = { dumps: 0, volumes: 2 };
    const whole = [[part('data', 'b1')], [part('files', 'b1')]];
    expect([...takenTiers(whole, both, buckets)]).toEqual(['daily']);
    const half = [[part('data', 'b1')], [part('files', 'b1', 0, false)]];
    expect([...takenTiers(half, both, buckets)]).toEqual([]);
    const ofTwo = [[part('data', 'b1'), part('data-2', 'b2', 0, false)], [part('files', 'b2')]];
    expect([...takenTiers(ofTwo, both, buckets)]).toEqual([]);
  });

  it('not by one that has fewer dumps, but by one that has more', () => {
    const withDump = { dumps: 1, volumes: 1 };
    expect([...takenTiers([[part('quick', 'b1', 0)]], withDump, buckets)]).toEqual([]);
    expect([...takenTiers([[part('quick', 'b1', 2)]], withDump, buckets)]).toEqual(['daily']);
  });

  it('and a lesser one takes nothing from a fuller one', () => {
    expect([...takenTiers([[part('full', 'b1', 1)]], single, buckets)]).toEqual(['daily']);
  });
});
