import { describe, expect, test } from 'vitest';
import { replacementContent, replacementSnapshot } from '../../src/orphans/replacement.ts';
import type { VolumeSnapshotContent } from '../../src/snapshots/csi/content.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';

const now = new Date('2026-11-21T12:00:00.500Z');
const target = { namespace: 'shop', name: 'data-1', className: 'retaining' };
const csi = 'snapshot.storage.kubernetes.io/';

function old(labels: Record<string, string> = {}, annotations: Record<string, string> = {}) {
  const content: VolumeSnapshotContent = {
    apiVersion: '',
    kind: '',
    metadata: { name: 'old', uid: 'uid-old', creationTimestamp: '2026-11-20T02:30:05Z', labels, annotations },
    spec: {
      driver: 'folders',
      deletionPolicy: 'Delete',
      volumeSnapshotClassName: 'retaining',
      sourceVolumeMode: 'Filesystem',
      source: { volumeHandle: 'volume' },
      volumeSnapshotRef: { namespace: 'shop', name: 'data-1', uid: 'uid-gone' },
    },
    status: { snapshotHandle: 'handle-1', creationTime: Date.parse('2026-11-20T02:30:00Z') * 1e6 },
  };
  return content;
}

describe('the content that takes the place of an old one', () => {
  test('stands for the same data, under a name that is always the same', () => {
    expect(replacementContent(old(), target, now)).toMatchObject({
      kind: 'VolumeSnapshotContent',
      metadata: { name: 'rebound-uid-old' },
      spec: {
        driver: 'folders',
        deletionPolicy: 'Retain',
        volumeSnapshotClassName: 'retaining',
        sourceVolumeMode: 'Filesystem',
        source: { snapshotHandle: 'handle-1' },
        volumeSnapshotRef: { namespace: 'shop', name: 'data-1' },
      },
    });
  });

  test('names no class that is gone, and no volume mode that is not known', () => {
    const { sourceVolumeMode: _, ...spec } = old().spec ?? {};
    const { spec: made } = replacementContent({ ...old(), spec }, { ...target, className: undefined }, now);
    expect(Object.keys(made ?? {})).toEqual(['driver', 'deletionPolicy', 'source', 'volumeSnapshotRef']);
  });

  test('says what the old one said, but no date to go, and that nothing may give it one', () => {
    const labels = { [label.pvc]: 'data', [label.hold]: 'true', [label.deleteAfter]: '2026-11-20', app: 'x' };
    const { metadata } = replacementContent(
      old(labels, { [annotation.reboundTo]: 'x', note: 'y' }),
      target,
      now,
    );
    expect(metadata.labels).toEqual({ [label.pvc]: 'data', [label.hold]: 'true' });
    expect(metadata.annotations).toEqual({
      [annotation.markedAt]: '2026-11-21T12:00:00Z',
      [annotation.takenAt]: '2026-11-20T02:30:00Z',
      [annotation.reboundFrom]: 'old',
      [annotation.holdCopied]: 'true',
    });
  });

  test('was marked when it was marked, and taken when it was taken the first time', () => {
    const annotations = {
      [annotation.markedAt]: '2026-11-19T05:00:00Z',
      [annotation.takenAt]: '2026-10-01T02:30:00Z',
      [annotation.reboundFrom]: 'older',
    };
    const { metadata } = replacementContent(old({}, annotations), target, now);
    expect(metadata.annotations).toEqual({ ...annotations, [annotation.reboundFrom]: 'old' });
  });

  test('has what the CSI controllers need of the old one, and nothing of its end', () => {
    const node = { [`${csi}managed-by`]: 'node-1' };
    const secret = {
      [`${csi}deletion-secret-name`]: 'login',
      [`${csi}deletion-secret-namespace`]: 'storage',
    };
    const ends = { [`${csi}volumesnapshot-being-deleted`]: 'yes' };
    const content = replacementContent(old(node, { ...secret, ...ends }), target, now);
    expect(content.metadata.labels).toEqual(node);
    expect(content.metadata.annotations).toMatchObject(secret);
    expect(content.metadata.annotations).not.toHaveProperty([`${csi}volumesnapshot-being-deleted`]);
    const { labels, annotations } = replacementSnapshot(content).metadata;
    expect([labels, Object.keys(annotations ?? {}).filter((name) => name.startsWith(csi))]).toEqual([{}, []]);
  });

  test('is bound by a VolumeSnapshot that says the same', () => {
    const content = replacementContent(old({ [label.pvc]: 'data' }), target, now);
    expect(replacementSnapshot(content)).toMatchObject({
      kind: 'VolumeSnapshot',
      metadata: { namespace: 'shop', name: 'data-1', labels: { [label.pvc]: 'data' } },
      spec: {
        volumeSnapshotClassName: 'retaining',
        source: { volumeSnapshotContentName: 'rebound-uid-old' },
      },
    });
  });
});
