import type { Resource } from '../../../src/kube/resources.ts';

/** What an API server has to know of a resource to serve it. */
export interface Definition extends Resource {
  readonly isNamespaced: boolean;
  readonly shortNames: readonly string[];
  /** Status is written through a subresource of its own. */
  readonly hasStatus: boolean;
  /** Defined by a CustomResourceDefinition: no strategic merge patch, and items of a list say what they are. */
  readonly isCustom: boolean;
}

export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Where the objects of a resource are stored. */
export function placeOf({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return `${group}/${plural}`;
}

interface Traits {
  readonly isClusterWide?: boolean;
  readonly shortNames?: readonly string[];
  readonly hasNoStatus?: boolean;
}

function define(group: string, version: string, kind: string, traits: Traits, isCustom: boolean): Definition {
  const { isClusterWide = false, shortNames = [], hasNoStatus = false } = traits;
  const plural = pluralOf(kind);
  const shared = { group, version, plural, kind, shortNames };
  return { ...shared, isNamespaced: !isClusterWide, hasStatus: !hasNoStatus, isCustom };
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === 'endpoints') return name;
  return name.endsWith('s') ? `${name}es` : name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}

function builtIn(group: string, version: string, kinds: Readonly<Record<string, Traits>>): Definition[] {
  return Object.entries(kinds).map(([kind, traits]) => define(group, version, kind, traits, false));
}

/** Definitions for kinds of a CustomResourceDefinition. */
export function custom(
  group: string,
  version: string,
  kinds: Readonly<Record<string, Traits>>,
): Definition[] {
  return Object.entries(kinds).map(([kind, traits]) => define(group, version, kind, traits, true));
}

const noStatus = { hasNoStatus: true };
const clusterWide = { isClusterWide: true };

/** What every sandbox serves. */
export const servedByDefault: readonly Definition[] = [
  ...builtIn('', 'v1', {
    ConfigMap: { ...noStatus, shortNames: ['cm'] },
    Event: { ...noStatus, shortNames: ['ev'] },
    Namespace: { ...clusterWide, shortNames: ['ns'] },
    Node: { ...clusterWide, shortNames: ['no'] },
    PersistentVolume: { ...clusterWide, shortNames: ['pv'] },
    PersistentVolumeClaim: { shortNames: ['pvc'] },
    Pod: { shortNames: ['po'] },
    Secret: noStatus,
    Service: { shortNames: ['svc'] },
    ServiceAccount: { ...noStatus, shortNames: ['sa'] },
  }),
  ...builtIn('apiextensions.k8s.io', 'v1', {
    CustomResourceDefinition: { ...clusterWide, shortNames: ['crd'] },
  }),
  ...builtIn('apps', 'v1', {
    Deployment: { shortNames: ['deploy'] },
    ReplicaSet: { shortNames: ['rs'] },
    StatefulSet: { shortNames: ['sts'] },
  }),
  ...builtIn('batch', 'v1', { CronJob: { shortNames: ['cj'] }, Job: {} }),
  ...builtIn('coordination.k8s.io', 'v1', { Lease: noStatus }),
  ...builtIn('rbac.authorization.k8s.io', 'v1', {
    ClusterRole: { ...clusterWide, ...noStatus },
    ClusterRoleBinding: { ...clusterWide, ...noStatus },
    Role: noStatus,
    RoleBinding: noStatus,
  }),
  ...builtIn('storage.k8s.io', 'v1', { StorageClass: { ...clusterWide, ...noStatus, shortNames: ['sc'] } }),
  ...custom('snapshot.storage.k8s.io', 'v1', {
    VolumeSnapshot: { shortNames: ['vs'] },
    VolumeSnapshotClass: { ...clusterWide, ...noStatus, shortNames: ['vsclass'] },
    VolumeSnapshotContent: { ...clusterWide, shortNames: ['vsc'] },
  }),
  ...custom('groupsnapshot.storage.k8s.io', 'v1', {
    VolumeGroupSnapshot: { shortNames: ['vgs'] },
    VolumeGroupSnapshotClass: { ...clusterWide, ...noStatus, shortNames: ['vgsclass'] },
    VolumeGroupSnapshotContent: { ...clusterWide, shortNames: ['vgsc'] },
  }),
  ...custom('longhorn.io', 'v1beta2', {
    Backup: {},
    BackupTarget: {},
    BackupVolume: {},
    Setting: {},
    Snapshot: {},
    Volume: {},
  }),
];
