import type { KubeObject, ObjectMeta } from '../../src/kube/object.ts';
import { systemRandom } from '../../src/core/system.ts';
import type { ContractServer } from './server.ts';

type Meta = Omit<ObjectMeta, 'name'>;

export function configMap(
  name: string,
  data: Readonly<Record<string, unknown>> = { a: '1' },
  metadata: Meta = {},
): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function secret(name: string, metadata: Meta = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, ...metadata } };
}

const snapshotApi = 'snapshot.storage.k8s.io/v1';
const groupSnapshotApi = 'groupsnapshot.storage.k8s.io/v1';

/** A custom resource that no controller writes to, with a name of its own in the whole cluster. */
export function snapshotClass(
  { driver }: ContractServer,
  fields: Readonly<Record<string, unknown>> = {},
  metadata: Meta = {},
): KubeObject & { metadata: { name: string } } {
  return {
    apiVersion: snapshotApi,
    kind: 'VolumeSnapshotClass',
    metadata: { name: `contract-${systemRandom.id(8)}`, ...metadata },
    driver,
    deletionPolicy: 'Delete',
    ...fields,
  };
}

/** Its claims are bound when their first pod comes. */
export function patientStorageClass({ driver }: ContractServer): KubeObject & { metadata: { name: string } } {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: `contract-${systemRandom.id(8)}` },
    provisioner: driver,
    volumeBindingMode: 'WaitForFirstConsumer',
  };
}

/** As `snapshotClass`, of groups. */
export function groupSnapshotClass(
  server: ContractServer,
  fields: Readonly<Record<string, unknown>> = {},
): KubeObject & { metadata: { name: string } } {
  const kind = 'VolumeGroupSnapshotClass';
  return { ...snapshotClass(server, fields), apiVersion: groupSnapshotApi, kind };
}

/** Of the claims that have these labels. */
export function volumeGroupSnapshot(
  name: string,
  className: string,
  matchLabels: Readonly<Record<string, string>>,
): KubeObject {
  const spec = { volumeGroupSnapshotClassName: className, source: { selector: { matchLabels } } };
  return { apiVersion: groupSnapshotApi, kind: 'VolumeGroupSnapshot', metadata: { name }, spec };
}

/** Of a claim that does not exist, unless `source` is another; of the default class when none is named. */
export function volumeSnapshot(
  name: string,
  {
    source = { persistentVolumeClaimName: 'no-such-claim' },
    className,
    metadata = {},
  }: { source?: object; className?: string; metadata?: Meta } = {},
): KubeObject {
  const spec = { ...(className && { volumeSnapshotClassName: className }), source };
  return { apiVersion: snapshotApi, kind: 'VolumeSnapshot', metadata: { name, ...metadata }, spec };
}

/** One snapshot of the storage, bound to a VolumeSnapshot that is made after it. `fields` are of its spec. */
export function preProvisionedContent(
  { driver }: ContractServer,
  snapshotHandle: string,
  boundTo: { namespace: string; name: string; uid?: string },
  fields: Readonly<Record<string, unknown>> = {},
): KubeObject & { metadata: { name: string } } {
  return {
    apiVersion: snapshotApi,
    kind: 'VolumeSnapshotContent',
    metadata: { name: `contract-${systemRandom.id(8)}` },
    spec: {
      driver,
      deletionPolicy: 'Retain',
      sourceVolumeMode: 'Filesystem',
      source: { snapshotHandle },
      volumeSnapshotRef: boundTo,
      ...fields,
    },
  };
}

/** 64 MiB; a snapshot to start from is in the same namespace. */
export function claim({ storageClass }: ContractServer, name: string, snapshot?: string): KubeObject {
  const dataSource = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: snapshot };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: storageClass,
      resources: { requests: { storage: '64Mi' } },
      ...(snapshot && { dataSource }),
    },
  };
}

/** Suspended: it makes no pods. */
export function suspendedJob(name: string): KubeObject {
  const containers = [{ name: 'main', image: 'none' }];
  const template = { spec: { restartPolicy: 'Never', containers } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { suspend: true, template } };
}

/** Without replicas. */
export function deployment(name: string, containers: readonly object[]): KubeObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  };
}
