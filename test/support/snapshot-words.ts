import type { SnapshotWords } from '../../src/snapshots/stored.ts';

/** What snapshots are called that only a test knows. */
export const words: SnapshotWords = {
  kind: 'VolumeSnapshot',
  resource: 'volumesnapshot',
  group: 'VolumeGroupSnapshot',
  content: 'VolumeSnapshotContent',
};
