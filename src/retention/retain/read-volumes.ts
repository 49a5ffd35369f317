import type { SnapshotContext } from '../../snapshots/provider.ts';
import type { Labelled, StoredSnapshot } from '../../snapshots/stored.ts';
import { label } from '../../snapshots/labels.ts';
import { tieredSnapshot, type ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SharedValues } from '../../snapshots/shared-values.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';
import { Claims } from './claims.ts';
import { readOverrides, type Override } from './overrides.ts';
import { readSnapshots } from '../../snapshots/bulk/read-snapshots.ts';
import { readInScope, type Scope } from '../../snapshots/bulk/scope.ts';

/** What a retention plan is made of. */
export interface Volumes {
  /** Those in tiers. */
  readonly snapshots: readonly ManagedSnapshot[];
  readonly overrides: readonly Override[];
  readonly claims: Claims;
  readonly unread: readonly Failure[];
}

/** `see` is shown each snapshot as it is read. */
export async function readVolumes(
  scope: Scope,
  timeZone: string,
  context: SnapshotContext,
  see: (snapshot: Labelled) => void = () => {},
): Promise<Volumes> {
  const labelSelector = `${label.retain}=daily_weekly_monthly`;
  const readTiered = (stored: StoredSnapshot, share: SharedValues) => {
    see(stored);
    return tieredSnapshot(stored, timeZone, share);
  };
  const { parts, unread } = await readInScope(
    scope,
    async (namespace) => ({
      snapshots: await readSnapshots({ namespace, labelSelector }, readTiered, context),
      ...(await readOverrides(namespace, context)),
    }),
    context,
  );
  return {
    snapshots: parts.flatMap(({ snapshots }) => snapshots),
    overrides: parts.flatMap(({ overrides }) => overrides),
    claims: new Claims(parts.flatMap(({ claims }) => claims)),
    unread,
  };
}
