import { listOrphans } from '../orphans/list-orphans.ts';
import type { Orphan } from '../orphans/orphan.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { UserError } from '../core/errors.ts';
import { hasStatus } from '../kube/error.ts';
import type { Tier } from '../snapshots/tiers.ts';
import { explained, type Scope } from './scope.ts';

/** What `list --orphans` says. */
export interface OrphanInventory {
  readonly listedAt: Date;
  readonly orphans: readonly OrphanRow[];
}

export type OrphanRow = Omit<Orphan, 'tiers'> & {
  readonly tiers: Readonly<Partial<Record<Tier, string>>>;
};

/** Those whose snapshot was in the scope; as contents are of no namespace, all of them are looked at. */
export async function inventoryOfOrphans(scope: Scope, context: SnapshotContext): Promise<OrphanInventory> {
  const listedAt = context.clock.now();
  const orphans = await find(context);
  const wanted = orphans.filter(({ namespace }) => scope === undefined || namespace === scope);
  return { listedAt, orphans: wanted.map(rowOf) };
}

async function find(context: SnapshotContext): Promise<readonly Orphan[]> {
  try {
    return await listOrphans(context);
  } catch (error) {
    if (!hasStatus(error, 403)) throw explained(error, undefined, context.snapshots);
    throw new UserError(
      'preflight',
      `You may not look for orphans (${error.message}); ask for the right to list volumesnapshotcontents, and to get and list volumesnapshots, in the whole cluster`,
      { cause: error },
    );
  }
}

function rowOf({ tiers, ...orphan }: Orphan): OrphanRow {
  return { ...orphan, tiers: Object.fromEntries(tiers) };
}
