import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/restore/volume/claim.ts';
import { type RestoreRequest, planRestore } from '../../../src/restore/volume/plan-restore.ts';
import type { Sources } from '../../../src/restore/volume/read-sources.ts';
import { csi } from '../../../src/snapshots/csi/provider.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';
import { annotation } from '../../../src/snapshots/labels.ts';
import { object } from '../../support/objects.ts';

const request: RestoreRequest = {
  namespace: 'shop',
  snapshot: 'night',
  pvc: 'restored',
  storageClass: undefined,
  accessMode: undefined,
  size: undefined,
  wait: true,
  dryRun: false,
  timeoutMilliseconds: 60_000,
};
const cutAt = '2026-11-20T02:00:00Z';

function night(status: object = {}, metadata: object = {}) {
  const said = { readyToUse: true, restoreSize: '1Gi', ...status };
  return stored(
    object('VolumeSnapshot', { name: 'night', creationTimestamp: cutAt, ...metadata }, { status: said }),
  );
}

/** A claim that was made from the snapshot. */
function made(spec: object = {}, metadata: object = {}): Claim {
  const dataSource = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'night' };
  const all = {
    storageClassName: 'fast',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  };
  const fields = { spec: { ...all, dataSource, ...spec } };
  return object('PersistentVolumeClaim', { name: 'restored', creationTimestamp: cutAt, ...metadata }, fields);
}

const storageClass = (name: string, provisioner = 'd', annotations = {}) =>
  ({ ...object('StorageClass', { name, annotations }), provisioner }) as Sources['classes'][number];

const sources: Sources = {
  snapshot: night(),
  data: { driver: 'd', volumeMode: 'Block' },
  source: undefined,
  existing: undefined,
  classes: [storageClass('fast')],
};

const plan = (changes: Partial<Sources> = {}, wish: Partial<RestoreRequest> = {}) =>
  planRestore({ ...request, ...wish }, { ...sources, ...changes }, csi);

describe('a volume that is to be made from a snapshot', () => {
  const source = made({ storageClassName: 'slow', accessModes: ['ReadWriteMany'], volumeMode: 'Filesystem' });
  const classes = [storageClass('fast'), storageClass('slow')];

  it.each<[string, Partial<Sources>, Partial<RestoreRequest>, object]>([
    [
      'of the only class',
      {},
      {},
      { storageClassName: 'fast', accessModes: ['ReadWriteOnce'], volumeMode: 'Block' },
    ],
    [
      'as its source is',
      { source, classes },
      {},
      { storageClassName: 'slow', accessModes: ['ReadWriteMany'], volumeMode: 'Block' },
    ],
    [
      'of the mode of its source where the snapshot tells none',
      { source, classes, data: { driver: 'd' } },
      {},
      { volumeMode: 'Filesystem' },
    ],
    [
      'as is asked for',
      { source, classes },
      { storageClass: 'fast', accessMode: 'ReadOnlyMany', size: '5Gi' },
      {
        storageClassName: 'fast',
        accessModes: ['ReadOnlyMany'],
        resources: { requests: { storage: '5Gi' } },
      },
    ],
    [
      'as large as is asked for where the snapshot does not say how large it is',
      { snapshot: night({ restoreSize: undefined }), source },
      { size: '1Mi' },
      { resources: { requests: { storage: '1Mi' } } },
    ],
    [
      'as large as its source where the snapshot does not say how large it is',
      { snapshot: night({ restoreSize: undefined }), source },
      {},
      { resources: { requests: { storage: '1Gi' } } },
    ],
    [
      'exactly as large as the snapshot',
      {},
      { size: '1024Mi' },
      { resources: { requests: { storage: '1024Mi' } } },
    ],
    [
      'as large as its source',
      { source: made({ resources: { requests: { storage: '2Gi' } } }) },
      {},
      { resources: { requests: { storage: '2Gi' } } },
    ],
    [
      'in the words of the snapshot where its source is just as large',
      { source: made({ resources: { requests: { storage: '1024Mi' } } }) },
      {},
      { resources: { requests: { storage: '1Gi' } } },
    ],
    [
      'not as small as its source',
      { source: made({ resources: { requests: { storage: '512Mi' } } }) },
      {},
      { resources: { requests: { storage: '1Gi' } } },
    ],
    [
      'of the default class',
      {
        classes: [
          storageClass('a'),
          storageClass('b', 'd', { 'storageclass.kubernetes.io/is-default-class': 'true' }),
        ],
      },
      {},
      { storageClassName: 'b' },
    ],
  ])('is %s', (_, changes, wish, spec) => {
    expect(plan(changes, wish)).toMatchObject({ found: { exists: false, claim: { spec } } });
  });

  it.each<[string, Partial<Sources>, Partial<RestoreRequest>, readonly string[]]>([
    ['there is none', { snapshot: undefined, data: undefined }, {}, ["no VolumeSnapshot 'night'"]],
    [
      'it is being deleted',
      { snapshot: night({}, { deletionTimestamp: cutAt }) },
      {},
      ['is being deleted, so nothing'],
    ],
    ['it is not ready', { snapshot: night({ readyToUse: false }) }, {}, ['the storage reports no error']],
    [
      'the storage reports an error',
      { snapshot: night({ readyToUse: false, error: { message: 'full' } }) },
      {},
      ['the storage says: full'],
    ],
    [
      'it is marked as no backup',
      { snapshot: night({}, { annotations: { [annotation.failed]: 'killed' } }) },
      {},
      ['is not ready'],
    ],
    ['it has lost its content', { data: undefined }, {}, ['has lost its VolumeSnapshotContent']],
    [
      'it does not say how large it is',
      { snapshot: night({ restoreSize: undefined }) },
      {},
      ['does not say how large it is'],
    ],
    ['it is larger', {}, { size: '1023Mi' }, ["needs '1Gi'"]],
    [
      'no class is of its driver',
      { classes: [storageClass('fast', 'e')] },
      {},
      ["No StorageClass is of driver 'd'"],
    ],
    [
      'two classes are of its driver',
      { classes: [storageClass('a'), storageClass('b')] },
      {},
      ['not clear of which StorageClass'],
    ],
    [
      'the class is of another driver',
      { classes: [storageClass('fast', 'e')] },
      { storageClass: 'fast' },
      ["is of driver 'e'"],
    ],
    [
      'the class and the size are wrong',
      {},
      { storageClass: 'none', size: '1' },
      ["no StorageClass 'none'", "needs '1Gi'"],
    ],
  ])('is refused when %s', (_, changes, wish, words) => {
    expect(plan(changes, wish)).toEqual({
      problems: words.map((text) => expect.stringContaining(text) as string),
    });
  });
});

describe('a claim that has the name already', () => {
  it.each<[string, Claim, Partial<RestoreRequest>]>([
    ['nothing is asked for', made(), {}],
    [
      'it is what is asked for',
      made(),
      { storageClass: 'fast', accessMode: 'ReadWriteOnce', size: '1024Mi' },
    ],
    ['it was made after the snapshot', made({}, { creationTimestamp: '2026-11-20T02:00:01Z' }), {}],
  ])('is that of an earlier run when it was made from the snapshot, and %s', (_, existing, wish) => {
    expect(plan({ existing }, wish)).toMatchObject({
      found: { exists: true, claim: existing, storageClass: { provisioner: 'd' } },
    });
  });

  it('may be of a class that is gone', () => {
    expect(plan({ existing: made({ storageClassName: 'gone' }) })).toMatchObject({
      found: { storageClass: undefined },
    });
  });

  it.each<[string, Claim, Partial<RestoreRequest>, string]>([
    [
      'another snapshot',
      made({ dataSource: { kind: 'VolumeSnapshot', name: 'day' } }),
      {},
      'was not made from this snapshot',
    ],
    [
      'another claim',
      made({ dataSource: { kind: 'PersistentVolumeClaim', name: 'night' } }),
      {},
      'was not made from this snapshot',
    ],
    ['nothing', made({ dataSource: undefined }), {}, 'was not made from this snapshot'],
    [
      'an earlier snapshot of that name',
      made({}, { creationTimestamp: '2026-11-20T01:59:59Z' }),
      {},
      'was not made from this snapshot',
    ],
    [
      'it and is on its way out',
      made({}, { deletionTimestamp: cutAt }),
      {},
      'is being deleted; wait until it is gone',
    ],
    ['it in another class', made(), { storageClass: 'slow' }, "its storage class is 'fast', not 'slow'"],
    [
      'it with another access mode',
      made(),
      { accessMode: 'ReadOnlyMany' },
      "its access mode is 'ReadWriteOnce', not 'ReadOnlyMany'",
    ],
    ['it without a size', made({ resources: undefined }), { size: '2Gi' }, "its size is '', not '2Gi'"],
    ['it with another size', made(), { size: '2Gi' }, "its size is '1Gi', not '2Gi'"],
  ])('is refused when it was made from %s', (_, existing, wish, words) => {
    const classes = [storageClass('fast'), storageClass('slow')];
    expect(plan({ existing, classes, source: made() }, wish)).toEqual({
      problems: [expect.stringContaining(words)],
    });
  });

  it('is told of together with all else that is wrong', () => {
    const existing = made({ dataSource: undefined });
    expect(plan({ existing, data: undefined, classes: [] }, { storageClass: 'none' })).toEqual({
      problems: [
        expect.stringContaining('has lost its VolumeSnapshotContent'),
        expect.stringContaining('was not made from this snapshot'),
        expect.stringContaining("no StorageClass 'none'"),
      ],
    });
  });
});
