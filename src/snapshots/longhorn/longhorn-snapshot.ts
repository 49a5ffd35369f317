import type { KubeObject } from '../../kube/object.ts';
import { label } from '../labels.ts';
import type { SnapshotRequest } from '../snapshot-method.ts';
import type { StoredSnapshot } from '../stored.ts';
import { longhornNamespace } from './resources.ts';
import { words } from './words.ts';

/** The parts that we go by; whoever may write the object may have written anything into it. */
export interface LonghornSnapshot extends KubeObject {
  spec?: { volume?: unknown };
  status?: {
    readyToUse?: unknown;
    /** The engine takes it out with the next snapshot, or a purge. */
    markRemoved?: unknown;
    creationTime?: unknown;
    /** Bytes. */
    restoreSize?: unknown;
    error?: unknown;
    children?: unknown;
  };
}

/** The label by which Longhorn finds the snapshots of a volume. */
export const volumeLabel = 'longhornvolume';

/**
 * Longhorn names the snapshot in the engine of the volume as the object is named. Labels and annotations are ours alone:
 * `spec.labels` would be written into the engine, where nobody changes them any more.
 */
export function snapshotManifest(request: SnapshotRequest, volume: string): KubeObject {
  const { namespace, name, labels, annotations } = request;
  return {
    apiVersion: 'longhorn.io/v1beta2',
    kind: 'Snapshot',
    metadata: {
      namespace: longhornNamespace,
      name,
      labels: { ...labels, [label.namespace]: namespace, [volumeLabel]: volume },
      annotations: { ...annotations },
    },
    spec: { volume, createSnapshot: true },
  };
}

/** Undefined for one of another namespace, or of none: it is no snapshot of ours. */
export function storedIn(object: KubeObject, namespace?: string): StoredSnapshot | undefined {
  const { metadata, spec, status } = object as LonghornSnapshot;
  const of = metadata.labels?.[label.namespace];
  if (of === undefined || of === '' || (namespace !== undefined && of !== namespace)) return undefined;
  const cutAt = text(status?.creationTime);
  const message = text(status?.error);
  const { restoreSize } = status ?? {};
  return {
    words,
    metadata: { ...metadata, namespace: of },
    claim: text(metadata.labels?.[label.pvc]),
    isReadyToUse: status?.readyToUse === true && status.markRemoved !== true,
    cutAt,
    restoreSize: Number.isSafeInteger(restoreSize) ? String(restoreSize) : undefined,
    error: message === undefined ? undefined : { message },
    content: cutAt === undefined ? undefined : text(spec?.volume),
  };
}

/**
 * Whether it is on its way out and only waits for the next snapshot of its volume: it is right behind the head, which nothing
 * is merged into. For everybody else it is gone.
 */
export function waitsForNext({ metadata, status }: KubeObject): boolean {
  const { markRemoved } = (status ?? {}) as LonghornSnapshot['status'] & object;
  return metadata.deletionTimestamp !== undefined && markRemoved === true;
}

/** Whether the volume's head stands on it. */
export function isBehindHead({ status }: KubeObject): boolean {
  const { children } = (status ?? {}) as NonNullable<LonghornSnapshot['status']>;
  return typeof children === 'object' && children !== null && 'volume-head' in children;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
