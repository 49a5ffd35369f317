import type { KubeObject } from '../../src/kube/object.ts';
import { noteAnnotation } from '../../src/locks/lease.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';

/** One place of an object that its tenant may write to, and that we read. */
export interface Slot {
  readonly name: string;
  /** Keys from the object down to it; a number is a place in a list. */
  readonly path: readonly (string | number)[];
  /** What the text has to begin with so that anybody looks at it. */
  readonly before?: string;
}

const at = (...path: readonly (string | number)[]): Slot => ({ name: path.join('.'), path });
const labelled = Object.values(label).map((key) => at('metadata', 'labels', key));
const annotated = Object.values(annotation).map((key) => at('metadata', 'annotations', key));

const owner = (field: string) => at('metadata', 'ownerReferences', 0, field);
const groupVersion: Slot = {
  ...owner('apiVersion'),
  name: 'the version of the owning group',
  before: 'groupsnapshot.storage.k8s.io/',
};
const common = [
  owner('apiVersion'),
  groupVersion,
  owner('kind'),
  owner('name'),
  owner('uid'),
  at('metadata', 'finalizers', 0),
  at('metadata', 'generateName'),
  at('metadata', 'managedFields', 0, 'manager'),
  at('metadata', 'labels', 'app'),
  at('metadata', 'annotations', 'app'),
];

const inContainer = (...path: readonly (string | number)[]): Slot =>
  at('spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0, ...path);

/** By the plural of the kind. */
export const slotsOf = {
  volumesnapshots: [
    ...labelled,
    ...annotated,
    ...common,
    at('spec', 'source', 'persistentVolumeClaimName'),
    at('spec', 'source', 'volumeSnapshotContentName'),
    at('spec', 'volumeSnapshotClassName'),
    at('status', 'boundVolumeSnapshotContentName'),
    at('status', 'creationTime'),
    at('status', 'restoreSize'),
    at('status', 'error', 'message'),
    at('status', 'error', 'time'),
    at('status', 'volumeGroupSnapshotName'),
  ],
  volumegroupsnapshots: [
    at('metadata', 'labels', label.backup),
    at('metadata', 'labels', label.hold),
    at('metadata', 'annotations', annotation.failed),
    at('status', 'boundVolumeGroupSnapshotContentName'),
    at('status', 'error', 'message'),
  ],
  persistentvolumeclaims: [
    at('metadata', 'annotations', annotation.retainPolicy),
    at('metadata', 'annotations', annotation.restoredFrom),
    ...common,
    at('spec', 'volumeName'),
    at('spec', 'storageClassName'),
    at('spec', 'dataSource', 'name'),
    at('spec', 'resources', 'requests', 'storage'),
    at('status', 'phase'),
    at('status', 'capacity', 'storage'),
  ],
  namespaces: [
    at('metadata', 'annotations', annotation.retainPolicy),
    at('metadata', 'labels', 'app'),
    at('metadata', 'annotations', 'app'),
  ],
  leases: [
    at('metadata', 'annotations', noteAnnotation),
    ...common,
    at('spec', 'acquireTime'),
    at('spec', 'renewTime'),
  ],
  pods: [
    ...common,
    at('spec', 'containers', 0, 'name'),
    at('spec', 'containers', 0, 'volumeMounts', 0, 'name'),
    at('spec', 'containers', 0, 'volumeMounts', 0, 'mountPath'),
    at('spec', 'volumes', 0, 'name'),
    at('spec', 'volumes', 0, 'persistentVolumeClaim', 'claimName'),
    at('status', 'phase'),
    at('status', 'conditions', 0, 'type'),
    at('status', 'conditions', 0, 'message'),
    at('status', 'containerStatuses', 0, 'state', 'waiting', 'reason'),
    at('status', 'containerStatuses', 0, 'state', 'waiting', 'message'),
    at('status', 'containerStatuses', 0, 'state', 'terminated', 'message'),
    at('status', 'containerStatuses', 0, 'state', 'terminated', 'finishedAt'),
    at('status', 'containerStatuses', 1, 'name'),
  ],
  cronjobs: [
    ...common,
    at('metadata', 'labels', 'app.kubernetes.io/name'),
    at('spec', 'schedule'),
    at('spec', 'timeZone'),
    ...['image', 'name'].map((field) => inContainer(field)),
    inContainer('args', 0),
    inContainer('args', 1),
    inContainer('env', 0, 'name'),
    inContainer('env', 0, 'value'),
    inContainer('env', 1, 'value'),
    at('spec', 'concurrencyPolicy'),
    at('status', 'lastScheduleTime'),
    at('status', 'active', 0, 'name'),
  ],
  jobs: [
    ...common,
    at('status', 'conditions', 0, 'type'),
    { ...at('status', 'conditions', 0, 'message'), name: 'the message of a condition' },
    at('status', 'startTime'),
    at('status', 'completionTime'),
  ],
  events: [
    at('reason'),
    at('message'),
    at('type'),
    at('involvedObject', 'kind'),
    at('involvedObject', 'uid'),
    at('lastTimestamp'),
    at('series', 'lastObservedTime'),
  ],
} satisfies Readonly<Record<string, readonly Slot[]>>;

/** What a tenant's labels and annotations become on a content, by `sync-metadata`; the rest of it is the admin's. */
export const contentSlots: readonly Slot[] = [...labelled, ...annotated];

/** The rest of a reference, which no API server takes by halves. */
const anyOwner = {
  apiVersion: 'groupsnapshot.storage.k8s.io/v1',
  kind: 'VolumeGroupSnapshot',
  name: 'g',
  uid: 'u',
};

/** A copy with this there, whatever was there before. */
export function withValue(object: KubeObject, { path, before = '' }: Slot, value: unknown): KubeObject {
  const copy = structuredClone(object);
  if (path[1] === 'ownerReferences') copy.metadata.ownerReferences ??= [{ ...anyOwner }];
  const inner = path.slice(0, -1);
  let place = copy as Record<string | number, unknown>;
  for (const [depth, key] of inner.entries()) {
    const isThere = typeof place[key] === 'object' && place[key] !== null;
    if (!isThere) define(place, key, typeof path[depth + 1] === 'number' ? [] : {});
    place = place[key] as Record<string | number, unknown>;
  }
  define(place, path.at(-1) ?? '', typeof value === 'string' ? before + value : value);
  return copy;
}

/** As JSON.parse does: also where the key is `__proto__`. */
function define(place: object, key: string | number, value: unknown): void {
  Object.defineProperty(place, key, { value, writable: true, enumerable: true, configurable: true });
}
