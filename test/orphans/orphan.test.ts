import { describe, expect, test } from 'vitest';
import { isOrphan, readOrphan } from '../../src/orphans/orphan.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../../src/snapshots/csi/content.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';

const madeAt = '2026-11-20T12:00:00Z';
const now = new Date('2026-11-21T12:00:00Z');

function content(fields: Partial<VolumeSnapshotContent> = {}): VolumeSnapshotContent {
  const { metadata, spec, status } = fields;
  return {
    apiVersion: '',
    kind: '',
    metadata: { name: 'content', uid: 'uid-c', resourceVersion: '7', creationTimestamp: madeAt, ...metadata },
    spec: {
      driver: 'folders',
      deletionPolicy: 'Retain',
      source: { volumeHandle: 'volume' },
      volumeSnapshotRef: { namespace: 'shop', name: 'data-1', uid: 'uid-1' },
      ...spec,
    },
    ...(status && { status }),
  };
}

function snapshot(uid: string, source: object = {}): KubeObject {
  return { apiVersion: '', kind: '', metadata: { namespace: 'shop', name: 'data-1', uid }, spec: { source } };
}

describe('a content', () => {
  test('is an orphan when its snapshot is gone, or another one has its name', () => {
    expect(isOrphan(content(), undefined, now)).toBe(true);
    expect(isOrphan(content(), snapshot('uid-2'), now)).toBe(true);
    expect(isOrphan(content(), snapshot('uid-1'), now)).toBe(false);
  });

  test('that was made by hand is an orphan when no snapshot has named it for a day', () => {
    const waiting = content({ spec: { volumeSnapshotRef: { namespace: 'shop', name: 'data-1' } } });
    const dayBefore = new Date(now.getTime() - 1);
    expect(isOrphan(waiting, undefined, dayBefore)).toBe(false);
    expect(isOrphan(waiting, undefined, now)).toBe(true);
    expect(isOrphan(waiting, snapshot('uid-2', { persistentVolumeClaimName: 'data' }), now)).toBe(true);
    expect(isOrphan(waiting, snapshot('uid-2', { volumeSnapshotContentName: 'content' }), now)).toBe(false);
  });

  test('that came without what every content has is said to be so', () => {
    const { apiVersion, kind, metadata } = content();
    expect(snapshotRefOf({ apiVersion, kind, metadata })).toEqual({});
    expect(() => readOrphan({ apiVersion, kind, metadata }, 'UTC')).toThrow(
      "VolumeSnapshotContent 'content' came without what every content has",
    );
  });

  test('tells all that its snapshot has said of itself, and what the storage says', () => {
    const labels = {
      [label.pvc]: 'data',
      [label.type]: 'cronjob',
      [label.retain]: 'daily_weekly_monthly',
      [label.daily]: '2026-11-20',
      [label.weekly]: 'w47',
      [label.deleteAfter]: '2026-12-01',
      [label.hold]: 'true',
      [label.verified]: '2026-11-21',
    };
    const creationTime = Date.parse('2026-11-20T11:59:00Z') * 1e6;
    const status = { snapshotHandle: 'snapshot-1', restoreSize: 1024, creationTime };
    expect(readOrphan(content({ metadata: { labels }, status }), 'UTC')).toEqual({
      name: 'content',
      uid: 'uid-c',
      resourceVersion: '7',
      namespace: 'shop',
      snapshot: 'data-1',
      pvc: 'data',
      createdAt: new Date('2026-11-20T11:59:00Z'),
      tiers: new Map([
        ['daily', '2026-11-20'],
        ['weekly', '2026-w47'],
      ]),
      deleteAfter: '2026-12-01',
      isHeld: true,
      verified: '2026-11-21',
      type: 'cronjob',
      driver: 'folders',
      snapshotHandle: 'snapshot-1',
      deletionPolicy: 'Retain',
      sizeBytes: 1024,
    });
  });

  test('of a snapshot that was brought back before is as old as that was noted to be', () => {
    const annotations = { [annotation.takenAt]: '2026-10-01T02:30:00Z' };
    const status = { creationTime: Date.parse(madeAt) * 1e6 };
    const { createdAt } = readOrphan(content({ metadata: { annotations }, status }), 'UTC');
    expect(createdAt).toEqual(new Date('2026-10-01T02:30:00Z'));
  });

  test.each([0, -6_795_364_578_871_345_000])(
    'whose storage has forgotten when it was is as old as its object: %i',
    (creationTime) => {
      const { createdAt } = readOrphan(content({ status: { creationTime } }), 'UTC');
      expect(createdAt).toEqual(new Date(madeAt));
    },
  );

  test('that nothing is known of is as old as its object', () => {
    expect(readOrphan(content(), 'UTC')).toMatchObject({ createdAt: new Date(madeAt), tiers: new Map() });
  });

  test.each<[string, object]>([
    ['uid', { metadata: { uid: undefined } }],
    ['resourceVersion', { metadata: { resourceVersion: undefined } }],
    ['driver', { spec: { driver: undefined } }],
    ['deletionPolicy', { spec: { deletionPolicy: undefined } }],
    ['reference to a snapshot', { spec: { volumeSnapshotRef: undefined } }],
    ['namespace', { spec: { volumeSnapshotRef: { name: 'data-1' } } }],
    ['snapshot', { spec: { volumeSnapshotRef: { namespace: 'shop' } } }],
  ])('without its %s cannot be read', (_, fields) => {
    expect(() => readOrphan(content(fields), 'UTC')).toThrow("'content'");
  });
});
