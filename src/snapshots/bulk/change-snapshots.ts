import type { Context } from '../../context.ts';
import type { KubeObject } from '../../kube/object.ts';
import { changeSnapshot, type PatchFor } from './change-snapshot.ts';
import { inParallel, type Failure } from './in-parallel.ts';

export interface NamedSnapshots {
  readonly namespace: string;
  /** Each once. */
  readonly snapshots: readonly string[];
}

export interface Changed {
  /** As they were before, in the order of their names; also those that were as wanted already. */
  readonly before: readonly KubeObject[];
  readonly failed: readonly Failure[];
}

/** Changes each of the snapshots that a person named; one that fails does not stop the others. `what` as `inParallel` has it. */
export async function changeSnapshots(
  { namespace, snapshots }: NamedSnapshots,
  what: string,
  patchFor: PatchFor,
  context: Context,
): Promise<Changed> {
  const before = new Map<string, KubeObject>();
  const items = snapshots.map((name) => ({ snapshot: { namespace, name } }));
  const change = async ({ snapshot }: (typeof items)[number]): Promise<void> => {
    before.set(snapshot.name, await changeSnapshot(snapshot, patchFor, context));
  };
  const { failed, skipped } = await inParallel(items, what, change, context);
  return {
    before: snapshots.flatMap((name) => before.get(name) ?? []),
    // Whoever has named a snapshot wants it done, whatever it is due to that it was not.
    failed: [...failed, ...skipped],
  };
}
