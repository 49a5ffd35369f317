import { describe, expect, it } from 'vitest';
import { snapshotRow } from '../../src/catalogue/snapshot-row.ts';
import { annotation, label, pvcLabelValue } from '../../src/snapshots/labels.ts';
import { now, snapshotOf } from './support.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const yesterday = '2026-11-20T11:00:00Z';

it('a row has what labels, annotations, spec and status say, and nothing else', () => {
  const labels = {
    [label.pvc]: 'data',
    [label.type]: 'cronjob',
    [label.pod]: 'backup-1',
    [label.retain]: 'daily_weekly_monthly',
    [label.weekly]: '2026-w47',
    [label.daily]: '2026-11-21',
    [label.deleteAfter]: '2026-12-21',
    [label.verified]: '2026-11-21',
    unknown: 'label',
  };
  const object = snapshotOf('data-1', {
    metadata: { labels },
    spec: { volumeSnapshotClassName: 'fast' },
    status: { restoreSize: '20Gi', boundVolumeSnapshotContentName: 'snapcontent-1' },
  });
  expect(JSON.parse(JSON.stringify(snapshotRow(stored(object), now)))).toEqual({
    namespace: 'shop',
    name: 'data-1',
    pvc: 'data',
    ready: true,
    createdAt: '2026-11-21T02:30:00.000Z',
    type: 'cronjob',
    tiers: { daily: '2026-11-21', weekly: '2026-w47' },
    deleteAfter: '2026-12-21',
    verified: '2026-11-21',
    sizeBytes: 20 * 2 ** 30,
    className: 'fast',
    content: 'snapcontent-1',
    pod: 'backup-1',
  });
});

it('a week without its year gets that of the year it was made in', () => {
  const metadata = { labels: { [label.weekly]: 'w47' } };
  expect(snapshotRow(stored(snapshotOf('old', { metadata })), now).tiers).toEqual({ weekly: '2026-w47' });
});

it('a size that nobody can read is none', () => {
  expect(
    snapshotRow(stored(snapshotOf('odd', { status: { restoreSize: 'large' } })), now).sizeBytes,
  ).toBeUndefined();
});

describe('the PVC', () => {
  const long = 'a'.repeat(70);
  it.each([
    ['has its whole name, of which the label is too short', pvcLabelValue(long), long, long],
    ['is that of the label where the source is another', 'data', 'restored', 'data'],
    ['is that of the source where there is no label', undefined, 'data', 'data'],
    ['is that of the label where there is no source', 'data', undefined, 'data'],
    ['is unknown where there is neither', undefined, undefined, undefined],
  ])('%s', (_, labelled, claim, expected) => {
    const object = snapshotOf('one', {
      metadata: { labels: labelled === undefined ? {} : { [label.pvc]: labelled } },
      spec: { source: { persistentVolumeClaimName: claim } },
    });
    expect(snapshotRow(stored(object), now).pvc).toBe(expected);
  });
});

describe('a snapshot is held', () => {
  const marked = { [annotation.markedAt]: '2026-11-01T00:00:00Z' };
  it.each([
    ['by its label', { [label.hold]: 'true' }, {}, 'label'],
    [
      'by its label, whatever its date',
      { [label.hold]: 'true', [label.deleteAfter]: '2026-11-22' },
      marked,
      'label',
    ],
    ['when its date was taken away', {}, marked, 'date-removed'],
    ['not as long as it has its date', { [label.deleteAfter]: '2026-11-22' }, marked, undefined],
    ['by a label that says neither yes nor no', { [label.hold]: 'True' }, {}, 'odd-label'],
    ['not by a label that says no', { [label.hold]: 'false' }, {}, undefined],
  ])('%s', (_, labels, annotations, expected) => {
    const object = snapshotOf('one', { metadata: { labels, annotations } });
    expect(snapshotRow(stored(object), now).held).toBe(expected);
  });
});

describe('a snapshot has failed', () => {
  const failed = { annotations: { [annotation.failed]: 'not ready after 900 s' } };
  const error = { readyToUse: false, error: { message: 'no space' } };
  it.each([
    ['when its annotation says so', failed, { readyToUse: false }, 'not ready after 900 s'],
    ['by its annotation also if it became ready later', failed, {}, 'not ready after 900 s'],
    ['while the storage reports an error', {}, error, 'no space'],
    [
      'also by an error without words',
      {},
      { readyToUse: false, error: {} },
      'the storage reports an error without words',
    ],
    ['not by an error that the storage got over', {}, { error: { message: 'no space' } }, undefined],
    ['not as long as it may become ready', {}, { readyToUse: false }, undefined],
    [
      'when it is not ready after a day',
      { creationTimestamp: yesterday },
      { readyToUse: undefined },
      'not ready after a day',
    ],
    [
      'not when it is on its way out',
      { creationTimestamp: yesterday, deletionTimestamp: '2026-11-21T11:00:00Z' },
      {},
      undefined,
    ],
    [
      'when it has been on its way out for more than a day',
      { creationTimestamp: yesterday, deletionTimestamp: yesterday },
      {},
      'on its way out for more than a day',
    ],
  ])('%s', (_, metadata, status, expected) => {
    expect(snapshotRow(stored(snapshotOf('one', { metadata, status })), now).failed).toBe(expected);
  });
});

it('one that is on its way out is not ready', () => {
  const leaving = snapshotOf('one', { metadata: { deletionTimestamp: yesterday } });
  expect(snapshotRow(stored(leaving), now)).toMatchObject({ ready: false, deleting: true });
});

it('a snapshot whose backup was never finished is not a backup, though the storage is ready with it', () => {
  const labels = { [label.pvc]: 'data', [label.unfinished]: 'unready-of-2' };
  const made = (creationTimestamp: string) =>
    snapshotRow(stored(snapshotOf('part', { metadata: { labels, creationTimestamp } })), now);
  expect(made('2026-11-01T02:30:00Z')).toMatchObject({
    ready: false,
    failed: 'its backup was never finished',
  });
  expect(made('2026-11-21T11:59:00Z')).toMatchObject({ ready: false, failed: undefined });
});
