import { changeSnapshot } from '../change-snapshot.ts';
import { missingSnapshot } from '../managed.ts';
import type { SnapshotContext } from '../provider.ts';
import type { MetadataPatch, StoredSnapshot } from '../stored.ts';
import { inParallel, type Failure } from './in-parallel.ts';

export interface NamedSnapshots {
  readonly namespace: string;
  /** Each once. */
  readonly snapshots: readonly string[];
}

export interface Changed {
  /** As they were before, in the order of their names; also those that were as wanted already. */
  readonly before: readonly StoredSnapshot[];
  readonly failed: readonly Failure[];
}

/** Changes each of the snapshots that a person named; one that fails does not stop the others. `what` as `inParallel` has it. */
export async function changeSnapshots(
  { namespace, snapshots }: NamedSnapshots,
  what: string,
  patchFor: (present: StoredSnapshot) => MetadataPatch | undefined,
  context: SnapshotContext,
): Promise<Changed> {
  const before = new Map<string, StoredSnapshot>();
  const items = snapshots.map((name) => ({ snapshot: { namespace, name } }));
  const change = async ({ snapshot }: (typeof items)[number]): Promise<void> => {
    const was = await changeSnapshot(
      snapshot,
      (present) => {
        if (!present) throw new Error(missingSnapshot(context.snapshots.words, snapshot));
        return patchFor(present);
      },
      context,
    );
    if (was) before.set(snapshot.name, was);
  };
  const { failed, skipped } = await inParallel(items, what, change, context);
  return {
    before: snapshots.flatMap((name) => before.get(name) ?? []),
    // Whoever has named a snapshot wants it done, whatever it is due to that it was not.
    failed: [...failed, ...skipped],
  };
}
