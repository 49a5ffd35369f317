import type { KubeObject } from '../../kube/object.ts';

/** The VolumeSnapshot, or group, that a content is for. */
export interface OwnerName {
  namespace?: string;
  name?: string;
  uid?: string;
}

/** What stands for a snapshot in the storage. It is of no namespace, and may outlive that of its VolumeSnapshot. */
export interface VolumeSnapshotContent extends KubeObject {
  spec?: {
    driver?: string;
    /** `Delete` or `Retain`: whether the storage's snapshot goes with it. */
    deletionPolicy?: string;
    volumeSnapshotClassName?: string;
    sourceVolumeMode?: string;
    /** The volume that it was made from, or else a snapshot that the storage had before. */
    source?: { volumeHandle?: string; snapshotHandle?: string };
    /** The VolumeSnapshot that it belongs to; without uid as long as a content made by hand waits for one. */
    volumeSnapshotRef?: OwnerName;
  };
  status?: {
    readyToUse?: boolean;
    snapshotHandle?: string;
    /** Nanoseconds since 1970: when the storage cut the snapshot. */
    creationTime?: number;
    /** Bytes. */
    restoreSize?: number;
    volumeGroupSnapshotHandle?: string;
  };
}

/** Nothing where a content lacks what the API server lets none be without. */
export function snapshotRefOf({ spec }: VolumeSnapshotContent): OwnerName {
  return spec?.volumeSnapshotRef ?? {};
}

/** What the storage knows its snapshot by; undefined as long as it has none. */
export function snapshotHandleOf({ spec, status }: VolumeSnapshotContent): string | undefined {
  return status?.snapshotHandle ?? spec?.source?.snapshotHandle;
}
