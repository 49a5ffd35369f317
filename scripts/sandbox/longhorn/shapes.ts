import type { KubeObject } from '../../../src/kube/object.ts';

/** The parts of Longhorn's kinds that its controllers work with here. */
export interface LonghornVolume extends KubeObject {
  spec: { size?: string; fromBackup?: string; snapshotMaxCount?: number; numberOfReplicas?: number };
  status?: {
    state?: string;
    robustness?: string;
    currentNodeID?: string;
    restoreRequired?: boolean;
    restoreInitiated?: boolean;
    lastBackup?: string;
    lastBackupAt?: string;
    conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
  };
}

export interface LonghornSnapshot extends KubeObject {
  spec: { volume: string; createSnapshot?: boolean; labels?: Readonly<Record<string, string>> | null };
  status?: {
    creationTime?: string;
    parent?: string;
    children?: Readonly<Record<string, boolean>>;
    size?: number;
    restoreSize?: number;
    userCreated?: boolean;
    readyToUse?: boolean;
    markRemoved?: boolean;
    error?: string;
    labels?: Readonly<Record<string, string>>;
  };
}

export interface LonghornBackup extends KubeObject {
  spec: {
    snapshotName?: string;
    labels?: Readonly<Record<string, string>>;
    backupMode?: 'full' | 'incremental';
  };
  status?: {
    state?: '' | 'Pending' | 'InProgress' | 'Completed' | 'Error' | 'Unknown' | 'Deleting';
    progress?: number;
    url?: string;
    error?: string;
    volumeName?: string;
    volumeSize?: string;
    snapshotName?: string;
    snapshotCreatedAt?: string;
    backupCreatedAt?: string;
    size?: string;
    newlyUploadDataSize?: string;
    reUploadedDataSize?: string;
    labels?: Readonly<Record<string, string>>;
    backupTargetName?: string;
  };
}

export interface BackupTarget extends KubeObject {
  spec: { backupTargetURL?: string; pollInterval?: string; syncRequestedAt?: string | null };
  status?: {
    available?: boolean;
    lastSyncedAt?: string;
    conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
  };
}
