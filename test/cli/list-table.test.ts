import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { list } from '../../src/cli/list.ts';
import type { SnapshotRow } from '../../src/catalogue/snapshot-row.ts';
import { now, rowOf } from '../catalogue/support.ts';

const night = (date: string, fields: Partial<SnapshotRow> = {}): SnapshotRow =>
  rowOf({
    name: `data-${date}-023000-k3x9ab`,
    createdAt: new Date(`${date}T02:30:00Z`),
    type: 'cronjob',
    sizeBytes: 20 * 2 ** 30,
    className: 'fast',
    content: `snapcontent-${date.slice(5)}`,
    ...fields,
  });

const daily = '2026-11-20';
const snapshots = [
  night('2026-09-01', { tiers: { monthly: '2026-09' }, verified: '2026-09-14' }),
  night('2026-10-04', { deleteAfter: '2026-11-22' }),
  night('2026-10-05', { deleteAfter: '2026-11-22', held: 'label' }),
  night('2026-10-06', { held: 'label' }),
  night('2026-10-07', { held: 'date-removed' }),
  night('2026-10-08', { deleteAfter: '22.11.2026' }),
  night('2026-11-18', { ready: false, failed: 'no \u001B[31mspace\nleft', sizeBytes: undefined }),
  night('2026-11-19', { ready: false, deleting: true }),
  night(daily, { tiers: { daily, weekly: '2026-w47' }, pod: 'backup-29' }),
  night('2026-11-21', { ready: false, type: undefined, sizeBytes: undefined, content: undefined }),
];

function shown(view: 'table' | 'wide' | 'name', namespace?: string, colour = false): string {
  const inventory = { ...(namespace !== undefined && { namespace }), listedAt: now, snapshots };
  return list.views?.[view]?.(inventory, { colour }) ?? '';
}

const table = `
NAME                           PVC   READY     AGE   TYPE     TIERS         DELETE-AFTER             VERIFIED    SIZE
data-2026-09-01-023000-k3x9ab  data  true      81d   cronjob  monthly       -                        2026-09-14  20.0 GiB
data-2026-10-04-023000-k3x9ab  data  true      48d   cronjob  -             2026-11-22               -           20.0 GiB
data-2026-10-05-023000-k3x9ab  data  true      47d   cronjob  -             held (2026-11-22)        -           20.0 GiB
data-2026-10-06-023000-k3x9ab  data  true      46d   cronjob  -             held                     -           20.0 GiB
data-2026-10-07-023000-k3x9ab  data  true      45d   cronjob  -             held (date removed)      -           20.0 GiB
data-2026-10-08-023000-k3x9ab  data  true      44d   cronjob  -             22.11.2026 (unreadable)  -           20.0 GiB
data-2026-11-18-023000-k3x9ab  data  false     3d9h  cronjob  -             -                        -           -
data-2026-11-19-023000-k3x9ab  data  deleting  2d9h  cronjob  -             -                        -           20.0 GiB
data-2026-11-20-023000-k3x9ab  data  true      33h   cronjob  daily,weekly  -                        -           20.0 GiB
data-2026-11-21-023000-k3x9ab  data  false     9h    -        -             -                        -           -
`;

it('the table of a namespace', () => {
  expect(shown('table', 'shop').split('\n')).toEqual(table.trim().split('\n'));
});

it('of all namespaces it begins with theirs', () => {
  const [head, first] = shown('table').split('\n');
  expect(head).toMatch(/^NAMESPACE {2}NAME /);
  expect(first).toMatch(/^shop {7}data-2026-09-01/);
});

it('wide says of which day and week, and why one failed, in words that cannot steer the terminal', () => {
  const lines = shown('wide', 'shop').split('\n');
  const tails = [0, 7, 9].map((line) => lines[line]?.slice(lines[0]?.indexOf('SIZE')));
  expect(tails).toEqual([
    'SIZE      PVC-UID  CLASS  CONTENT            POD        WHY',
    '-         -        fast   snapcontent-11-18  -          no \uFFFD[31mspace left',
    '20.0 GiB  -        fast   snapcontent-11-20  backup-29  -',
  ]);
  expect(lines[9]).toContain(' daily=2026-11-20,weekly=2026-w47 ');
});

it('colours say what needs a look, and change nothing else', () => {
  const coloured = shown('wide', 'shop', true);
  expect(stripVTControlCharacters(coloured)).toBe(shown('wide', 'shop'));
  const painted = (code: number) =>
    [...coloured.matchAll(new RegExp(`\\u001B\\[${code}m([^\\u001B]*)`, 'g'))].map(([, text]) => text);
  expect({ red: painted(31), yellow: painted(33), cyan: painted(36) }).toEqual({
    red: ['22.11.2026 (unreadable)', 'false', 'no \uFFFD[31mspace left', 'false'],
    yellow: ['2026-11-22', 'deleting'],
    cyan: ['held (2026-11-22)', 'held', 'held (date removed)'],
  });
});

it('names are as kubectl prints them', () => {
  expect(shown('name').split('\n')[0]).toBe(
    'volumesnapshot.snapshot.storage.k8s.io/data-2026-09-01-023000-k3x9ab',
  );
});
