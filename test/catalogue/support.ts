import type { KubeObject } from '../../src/kube/object.ts';
import type { SnapshotRow } from '../../src/catalogue/snapshot-row.ts';
import type { Wanted } from '../../src/catalogue/wanted.ts';
import { label } from '../../src/snapshots/labels.ts';

export const now = new Date('2026-11-21T12:00:00Z');

/** A ready snapshot of last night of PVC `data`, as short as a test wants it. */
export function rowOf(fields: Partial<SnapshotRow> = {}): SnapshotRow {
  const createdAt = new Date('2026-11-21T02:30:00Z');
  return { namespace: 'shop', name: 'data-1', pvc: 'data', ready: true, createdAt, tiers: {}, ...fields };
}

interface Parts {
  readonly metadata?: Partial<KubeObject['metadata']>;
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}

/** The same as the API server has it. */
export function snapshotOf(name: string, { metadata = {}, spec = {}, status = {} }: Parts = {}): KubeObject {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: {
      namespace: 'shop',
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-21T02:30:00Z',
      labels: { [label.pvc]: 'data' },
      ...metadata,
    },
    spec: { source: { persistentVolumeClaimName: 'data' }, ...spec },
    status: { readyToUse: true, ...status },
  };
}

export const everything: Wanted = {
  tiers: [],
  adhoc: false,
  marked: false,
  held: false,
  failed: false,
  pvc: undefined,
};
