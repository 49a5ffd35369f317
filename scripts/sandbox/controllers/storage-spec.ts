import type { KubeObject } from '../../../src/kube/object.ts';

/** The parts of these kinds that the controllers work with. */
export interface Claim extends KubeObject {
  spec: {
    storageClassName?: string;
    volumeName?: string;
    accessModes?: string[];
    resources?: { requests?: { storage?: string } };
    dataSource?: { kind: string; name: string; apiGroup?: string };
  };
  status?: { phase?: string };
}

export interface PersistentVolume extends KubeObject {
  spec: {
    capacity?: { storage?: string };
    persistentVolumeReclaimPolicy?: string;
    claimRef?: { namespace: string; name: string; uid: string };
    csi?: { driver: string; volumeHandle: string };
  };
  status?: { phase?: string };
}

export interface Snapshot extends KubeObject {
  spec: {
    volumeSnapshotClassName?: string;
    source: { persistentVolumeClaimName?: string; volumeSnapshotContentName?: string };
  };
  status?: {
    boundVolumeSnapshotContentName?: string;
    readyToUse?: boolean;
    restoreSize?: string;
    creationTime?: string;
    error?: { message: string; time: string };
    volumeGroupSnapshotName?: string;
  };
}

export interface SnapshotClass extends KubeObject {
  driver: string;
  deletionPolicy: 'Delete' | 'Retain';
  parameters?: Readonly<Record<string, string>>;
}

export interface SnapshotContent extends KubeObject {
  spec: {
    driver: string;
    deletionPolicy: 'Delete' | 'Retain';
    volumeSnapshotClassName?: string;
    sourceVolumeMode?: string;
    source: { volumeHandle?: string; snapshotHandle?: string };
    volumeSnapshotRef: { kind?: string; apiVersion?: string; namespace: string; name: string; uid?: string };
  };
  status?: {
    snapshotHandle?: string;
    /** Nanoseconds since 1970. */
    creationTime?: number;
    restoreSize?: number;
    readyToUse?: boolean;
    error?: { message: string; time: string };
    volumeGroupSnapshotHandle?: string;
  };
}

export interface GroupSnapshot extends KubeObject {
  spec: {
    volumeGroupSnapshotClassName?: string;
    source: { selector?: { matchLabels?: Readonly<Record<string, string>> } };
  };
  status?: {
    boundVolumeGroupSnapshotContentName?: string;
    creationTime?: string;
    readyToUse?: boolean;
    error?: { message: string; time: string };
  };
}

export interface GroupContent extends KubeObject {
  spec: {
    driver: string;
    deletionPolicy: 'Delete' | 'Retain';
    volumeGroupSnapshotClassName: string;
    source: { volumeHandles: readonly string[] };
    volumeGroupSnapshotRef: { namespace: string; name: string; uid: string };
  };
  status?: {
    volumeGroupSnapshotHandle?: string;
    creationTime?: string;
    readyToUse?: boolean;
    error?: { message: string; time: string };
    volumeSnapshotInfoList?: readonly MemberInfo[];
  };
}

export interface MemberInfo {
  readonly volumeHandle: string;
  readonly snapshotHandle: string;
  /** Nanoseconds since 1970. */
  readonly creationTime: number;
  readonly restoreSize: number;
  readonly readyToUse: boolean;
}
