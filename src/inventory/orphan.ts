import type { Tier } from '../tiers.ts';

/** A VolumeSnapshotContent whose VolumeSnapshot is gone: the data is still in the storage, and no one's backup any more. */
export interface Orphan {
  /** Of the content. */
  readonly name: string;
  readonly uid: string;
  /** Of the snapshot that it belonged to. */
  readonly namespace: string;
  readonly snapshot: string;
  readonly pvc: string | undefined;
  readonly createdAt: Date;
  readonly type: string | undefined;
  readonly tiers: ReadonlyMap<Tier, string>;
  readonly deleteAfter: string | undefined;
  readonly isHeld: boolean;
  readonly verified: string | undefined;
  readonly driver: string;
  /** By which the storage knows it. */
  readonly snapshotHandle: string | undefined;
  readonly deletionPolicy: string;
  readonly sizeBytes: number | undefined;
}
