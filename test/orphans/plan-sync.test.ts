import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planSync, snapshotMetadata } from '../../src/orphans/plan-sync.ts';
import type { KubeObject, ObjectMeta } from '../../src/kube/object.ts';
import type { VolumeSnapshotContent } from '../../src/snapshots/csi/content.ts';
import { isHeldItself } from '../../src/snapshots/hold-label.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { mergePatch } from '../../scripts/sandbox/patches/merge-patch.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

type Texts = Record<string, string>;

function snapshot(metadata: ObjectMeta, content = 'content'): KubeObject {
  const identity = { namespace: 'shop', name: 'data-1', uid: 'uid-1' };
  const status = { boundVolumeSnapshotContentName: content };
  return { apiVersion: '', kind: 'VolumeSnapshot', metadata: { ...identity, ...metadata }, status };
}

function content(metadata: ObjectMeta, uid = 'uid-1'): VolumeSnapshotContent {
  const identity = { name: 'content', uid: 'uid-2', resourceVersion: '7' };
  const spec = { volumeSnapshotRef: { namespace: 'shop', name: 'data-1', uid } };
  return { apiVersion: '', kind: 'VolumeSnapshotContent', metadata: { ...identity, ...metadata }, spec };
}

function plan(from: KubeObject, to: VolumeSnapshotContent) {
  const read = snapshotMetadata(stored(from));
  return read && planSync(read, to);
}

/** As the API server does it. */
function applied(to: VolumeSnapshotContent, change: ReturnType<typeof plan>): VolumeSnapshotContent {
  if (!change) return to;
  const { labels, annotations } = change;
  return mergePatch(to, { metadata: { labels, annotations } }) as VolumeSnapshotContent;
}

function parted(texts: Texts = {}): { ours: Texts; foreign: Texts } {
  const all = Object.entries(texts);
  const isOurs = ([name]: [string, string]) => name.startsWith('backup-ns.sh/');
  const foreign = all.filter((entry) => !isOurs(entry));
  return { ours: Object.fromEntries(all.filter(isOurs)), foreign: Object.fromEntries(foreign) };
}

const names = ['backup-ns.sh/pvc', 'backup-ns.sh/daily', 'backup-ns.sh/dump', 'other.sh/daily', 'app'];
const texts = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('', 'a', 'b'));
const metadata = fc.record({ labels: texts, annotations: texts }, { requiredKeys: [] });

describe('the plan of sync-metadata', () => {
  test('makes a content ours as the snapshot is, once and for all, and leaves what is of others', () => {
    fc.assert(
      fc.property(metadata, metadata, (of, before) => {
        const [from, to] = [snapshot(of), content(before)];
        const { metadata } = applied(to, plan(from, to));
        for (const field of ['labels', 'annotations'] as const) {
          expect(parted(metadata[field]).ours).toEqual(parted(of[field]).ours);
          expect(parted(metadata[field]).foreign).toEqual(parted(before[field]).foreign);
        }
        expect(plan(from, { ...to, metadata })).toBeUndefined();
      }),
    );
  });

  test('neither writes nor takes away what is believed of a content alone', () => {
    const believed = [label.deleting, annotation.holdCopied, annotation.reboundTo, annotation.reboundFrom];
    const all = [...Object.values(label), ...Object.values(annotation)];
    const others = all.filter((name) => !believed.some((one) => one === name) && name !== label.hold);
    const saying = (said: readonly string[], value: string) => {
      const texts = Object.fromEntries(said.map((name) => [name, value]));
      return { labels: texts, annotations: texts };
    };
    const forged = plan(snapshot(saying(all, 'of a tenant')), content({}));
    const written = { ...forged?.labels, ...forged?.annotations };
    expect(believed.filter((name) => written[name] === 'of a tenant')).toEqual([]);
    expect(others.filter((name) => written[name] === undefined)).toEqual([]);
    const taken = plan(
      snapshot({}),
      content(
        saying(
          all.filter((name) => name !== label.hold),
          'ours',
        ),
      ),
    );
    // That a hold was copied goes with the hold.
    const gone = [...others, annotation.holdCopied];
    expect({ ...taken?.labels, ...taken?.annotations }).toEqual(
      Object.fromEntries(gone.map((name) => [name, null])),
    );
  });

  test('leaves a hold of a person on the content, and lets the copy of one follow its snapshot', () => {
    const values = [undefined, 'true', 'false', 'yes', ''] as const;
    const holds = fc.constantFrom(...values);
    fc.assert(
      fc.property(holds, holds, fc.boolean(), fc.array(holds), (of, before, isCopy, later) => {
        const held = (value: string | undefined) =>
          value === undefined ? {} : { labels: { [label.hold]: value } };
        let to = content({
          ...held(before),
          ...(isCopy && { annotations: { [annotation.holdCopied]: 'true' } }),
        });
        const isOfPerson = before !== undefined && before !== 'false' && !isCopy;
        for (const value of [of, ...later]) {
          const from = snapshot(held(value));
          to = applied(to, plan(from, to));
          expect(to.metadata.labels?.[label.hold]).toBe(isOfPerson ? before : value);
          expect(isHeldItself(to)).toBe(isOfPerson);
          expect(plan(from, to)).toBeUndefined();
        }
      }),
    );
  });

  test('names what is written and what is taken, for the content as it was read', () => {
    const from = snapshot({ labels: { [label.pvc]: 'data', [label.hold]: 'true' } });
    const to = content({ labels: { [label.pvc]: 'data', [label.daily]: '2026-11-20' } });
    expect(plan(from, to)).toMatchObject({
      content: 'content',
      resourceVersion: '7',
      labels: { [label.hold]: 'true', [label.daily]: null },
      annotations: { [annotation.holdCopied]: 'true' },
    });
  });

  const labels = { [label.pvc]: 'data' };
  const deletionTimestamp = '2026-11-21T12:00:00Z';
  test.each([
    ['the snapshot is bound to another content', snapshot({ labels }, 'other'), content({})],
    ['the content belongs to another snapshot', snapshot({ labels }), content({}, 'uid-of-another')],
    ['the snapshot is not bound', { ...snapshot({ labels }), status: {} }, content({})],
    ['the snapshot is on its way out', snapshot({ labels, deletionTimestamp }), content({})],
    ['the content is on its way out', snapshot({ labels }), content({ deletionTimestamp })],
  ])('is none when %s', (_, from, to) => {
    expect(plan(from, to)).toBeUndefined();
  });

  test.each(['namespace', 'name', 'uid'])('is none for a snapshot that came without its %s', (field) => {
    const from = snapshot({ labels, [field]: undefined });
    expect(snapshotMetadata(stored(from))).toBeUndefined();
  });
});
