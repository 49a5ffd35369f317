import type { SnapshotWords } from '../stored.ts';
import { longhornNamespace } from './resources.ts';

export const words: SnapshotWords = {
  kind: 'Longhorn Snapshot',
  resource: 'snapshots.longhorn.io',
  place: longhornNamespace,
  group: 'group of Longhorn Snapshots',
  content: 'Longhorn Volume',
};
