import { expect, it } from 'vitest';
import { orphanNameLine, orphansTable } from '../../src/cli/orphans-table.ts';
import type { OrphanRow } from '../../src/catalogue/orphans.ts';
import { now } from '../catalogue/support.ts';

const orphan: OrphanRow = {
  name: 'snapcontent-1',
  uid: 'uid-1',
  resourceVersion: '1',
  namespace: 'shop',
  snapshot: 'data-2026-11-01',
  pvc: 'data',
  createdAt: new Date('2026-11-01T02:30:00Z'),
  type: 'cronjob',
  tiers: { daily: '2026-11-01', monthly: '2026-11' },
  deleteAfter: undefined,
  isHeld: false,
  verified: undefined,
  driver: 'hostpath.csi.k8s.io',
  snapshotHandle: 'handle-1',
  deletionPolicy: 'Retain',
  sizeBytes: 1.5 * 2 ** 30,
};
const bare: OrphanRow = {
  ...orphan,
  name: 'snapcontent-22',
  pvc: undefined,
  type: undefined,
  tiers: {},
  deleteAfter: '2026-11-20',
  isHeld: true,
  snapshotHandle: undefined,
  sizeBytes: undefined,
};
const look = { now, wide: false, colour: false };

it('contents without their snapshots are in a table of their own', () => {
  expect(orphansTable([orphan, bare], look).split('\n')).toEqual([
    'CONTENT         SNAPSHOT              PVC   AGE  TYPE     TIERS          DELETE-AFTER       POLICY  SIZE',
    'snapcontent-1   shop/data-2026-11-01  data  20d  cronjob  daily,monthly  -                  Retain  1.5 GiB',
    'snapcontent-22  shop/data-2026-11-01  -     20d  -        -              held (2026-11-20)  Retain  -',
  ]);
});

it('wide adds by what the storage knows them', () => {
  const [head, first, second] = orphansTable([orphan, bare], { ...look, wide: true }).split('\n');
  expect(head).toMatch(/ SIZE {5}DRIVER {15}HANDLE$/);
  expect(first).toMatch(/ daily=2026-11-01,monthly=2026-11 .* hostpath\.csi\.k8s\.io {2}handle-1$/);
  expect(second).toMatch(/ hostpath\.csi\.k8s\.io {2}-$/);
});

it('none are nothing', () => {
  expect(orphansTable([], look)).toBe('');
});

it('a name is one that rebind and delete-orphan take', () => {
  expect(orphanNameLine(orphan)).toBe('volumesnapshotcontent.snapshot.storage.k8s.io/snapcontent-1');
});
