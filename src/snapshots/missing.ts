import { named, type SnapshotKey, type SnapshotWords } from './stored.ts';

/** What to say of a snapshot that a person named and that is not there. */
export function missingSnapshot(words: SnapshotWords, key: SnapshotKey): string {
  return `There is no ${named(words, key)}; find its name and namespace with: backup-ns list -A`;
}
