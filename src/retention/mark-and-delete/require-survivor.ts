import { LeftAlone } from '../../core/errors.ts';
import type { StoreContext } from '../../snapshots/provider.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';
import { readSnapshot, type ManagedSnapshot } from '../../snapshots/managed.ts';

/** No date is asked for. */
const anyZone = 'UTC';

/**
 * Rejects when a snapshot that is to go is not what it was planned as: with those of a volume that are not ready any more the
 * last of its backups might go. Of what has become one since, as of any that is ready, another has to be left.
 */
export async function requireAsPlanned(
  planned: ManagedSnapshot,
  present: StoredSnapshot,
  survivor: ManagedSnapshot | undefined,
  context: StoreContext,
): Promise<void> {
  const { isReady, wasReady, isDeleting } = readSnapshot(present, anyZone);
  if (isDeleting || planned.retain === undefined) return;
  if (isReady) return requireSurvivor(survivor, context);
  if (planned.isReady || (wasReady && !planned.wasReady)) {
    throw new LeftAlone('it is not ready now, and was listed as another; the next run looks at it again');
  }
}

/**
 * Rejects unless what is to be left of a volume is there still, or nothing would be: a run may take hours, and so may the
 * answer of a person.
 */
async function requireSurvivor(survivor: ManagedSnapshot | undefined, context: StoreContext): Promise<void> {
  if (!survivor)
    throw new LeftAlone('it has become the only ready backup of its volume; it is left as it is');
  const { namespace, name, uid } = survivor;
  const present = await context.snapshots.find({ namespace, name }, context);
  if (present?.metadata.uid === uid && readSnapshot(present, anyZone).isReady) return;
  throw new LeftAlone(
    `'${name}', which was to be left of its volume, is gone or not ready any more; it is left as it is`,
  );
}
