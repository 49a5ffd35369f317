import type { SnapshotWords } from '../stored.ts';

export const words: SnapshotWords = {
  kind: 'VolumeSnapshot',
  resource: 'volumesnapshot',
  group: 'VolumeGroupSnapshot',
  content: 'VolumeSnapshotContent',
};
