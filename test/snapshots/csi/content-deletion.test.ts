import { describe, expect, it } from 'vitest';
import { deletionPatch } from '../../../src/snapshots/csi/content-deletion.ts';
import { groupContents, singleContents, type AnyContent } from '../../../src/snapshots/csi/content-kind.ts';
import { groupApi } from '../../../src/snapshots/csi/group-api.ts';
import { object } from '../../support/objects.ts';

const kinds = [
  ['a snapshot', singleContents, { snapshotHandle: 'data' }],
  ['a group', groupContents(groupApi('v1')), { volumeGroupSnapshotHandle: 'data' }],
] as const;

describe.each(kinds)('the content of %s', (_, kind, status) => {
  const { beingDeleted, protection } = kind;
  const seen = { [beingDeleted]: 'yes' };
  const resourceVersion = '7';

  function contentWith(metadata: object, deletionPolicy: string, hasData = true): AnyContent {
    const fields = { spec: { deletionPolicy }, ...(hasData && { status }) };
    return object('Content', { name: 'a', resourceVersion, ...metadata }, fields);
  }

  it('needs no more to go than what it has', () => {
    const content = contentWith({ annotations: seen, finalizers: [protection] }, 'Delete');
    expect(deletionPatch(content, 'Delete', kind)).toBeUndefined();
    const retained = contentWith({ annotations: seen }, 'Retain');
    expect(deletionPatch(retained, 'Retain', kind)).toBeUndefined();
  });

  it.each<[string, AnyContent, 'Delete' | 'Retain', object]>([
    [
      'is told that its snapshot was seen to go',
      contentWith({ finalizers: [protection] }, 'Delete'),
      'Delete',
      { metadata: { resourceVersion, annotations: seen } },
    ],
    [
      'is kept until the driver has looked at it, when it is to go with its data',
      contentWith({ annotations: seen, finalizers: ['another'] }, 'Delete'),
      'Delete',
      { metadata: { resourceVersion, finalizers: ['another', protection] } },
    ],
    [
      'is turned round',
      contentWith({ annotations: seen, finalizers: [protection] }, 'Retain'),
      'Delete',
      { metadata: { resourceVersion }, spec: { deletionPolicy: 'Delete' } },
    ],
    [
      'is turned round the other way, and not kept for that',
      contentWith({ annotations: seen }, 'Delete'),
      'Retain',
      { metadata: { resourceVersion }, spec: { deletionPolicy: 'Retain' } },
    ],
    [
      'is not kept for the driver when that has no data of it',
      contentWith({}, 'Delete', false),
      'Delete',
      { metadata: { resourceVersion, annotations: seen } },
    ],
    [
      'gets no finalizer once it is on its way out, which the API server refuses',
      contentWith({ deletionTimestamp: '2026-11-20T00:00:00Z' }, 'Delete'),
      'Delete',
      { metadata: { resourceVersion, annotations: seen } },
    ],
  ])('%s', (_title, content, policy, patch) => {
    expect(deletionPatch(content, policy, kind)).toEqual(patch);
  });

  it('gets what else is wanted of it, and no more than it has not', () => {
    const content = contentWith(
      { annotations: { ...seen, a: '1', b: '2' }, labels: { c: '3', d: '4' }, finalizers: [protection] },
      'Delete',
    );
    const wanted = { annotations: { a: '1', b: '20' }, labels: { c: null, d: '4', e: null } };
    expect(deletionPatch(content, 'Delete', kind, wanted)).toEqual({
      metadata: { resourceVersion, annotations: { b: '20' }, labels: { c: null } },
    });
    const had = { annotations: { a: '1' }, labels: { d: '4', e: null } };
    expect(deletionPatch(content, 'Delete', kind, had)).toBeUndefined();
  });
});
