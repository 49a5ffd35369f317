import type { KubeObject, ObjectMeta } from '../../src/kube/object.ts';

/** An object of namespace `shop`, as short as a test wants it. */
export function object(kind: string, metadata: ObjectMeta, fields: Record<string, unknown> = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { namespace: 'shop', ...metadata }, ...fields };
}

export function snapshotObject(
  name: string,
  labels: Record<string, string> = {},
  status: Record<string, unknown> = { readyToUse: true },
): KubeObject {
  return object('VolumeSnapshot', { name, labels }, { status });
}
