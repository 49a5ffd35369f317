import type { SnapshotRow } from './snapshot-row.ts';

/** What has become of a snapshot that is shown, or is to be. */
export interface Change {
  /** ADDED also for one that has only now become one of those that are wanted. */
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Of one that is deleted, as it was last. */
  readonly row: SnapshotRow;
  /** False for one that has ceased to be wanted: it is told of once, as it is now, and then no more. */
  readonly matches: boolean;
}

/** Remembers what was told of each snapshot, so that only what makes a difference is told. */
export class Changes {
  readonly #fingerprint: (row: SnapshotRow) => string;
  /** By uid: the fingerprint of what was told last. */
  readonly #told = new Map<string, string>();

  /** Rows of one fingerprint look the same to whoever is told. */
  constructor(fingerprint: (row: SnapshotRow) => string) {
    this.#fingerprint = fingerprint;
  }

  /** Of one that is there. Undefined when there is nothing to tell. */
  present(uid: string, row: SnapshotRow, isWanted: boolean): Change | undefined {
    const before = this.#told.get(uid);
    if (!isWanted) return this.#told.delete(uid) ? { event: 'MODIFIED', row, matches: false } : undefined;
    const now = this.#fingerprint(row);
    if (before === now) return undefined;
    this.#told.set(uid, now);
    return { event: before === undefined ? 'ADDED' : 'MODIFIED', row, matches: true };
  }

  /** Of one that has gone. */
  gone(uid: string, row: SnapshotRow): Change | undefined {
    return this.#told.delete(uid) ? { event: 'DELETED', row, matches: true } : undefined;
  }
}
