import type { SnapshotContext } from '../provider.ts';
import { SharedValues } from '../shared-values.ts';
import type { StoredSnapshot } from '../stored.ts';

interface Selection {
  /** All of the cluster when undefined. */
  readonly namespace: string | undefined;
  readonly labelSelector?: string;
}

/** What `read` takes of each snapshot, and no more: a hundred thousand of them fit into memory. */
export async function readSnapshots<Snapshot>(
  selection: Selection,
  read: (stored: StoredSnapshot, share: SharedValues) => Snapshot | undefined,
  context: SnapshotContext,
): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  const share = new SharedValues();
  for await (const stored of context.snapshots.list(selection, context)) {
    const snapshot = read(stored, share);
    if (snapshot) found.push(snapshot);
  }
  return found;
}
