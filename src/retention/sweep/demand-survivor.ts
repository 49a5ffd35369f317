import type { Context } from '../../context.ts';
import { LeftAlone } from '../../errors.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import { isReady } from '../../snapshots/labels.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';

/**
 * Rejects unless what is to be left of a volume is there still, or nothing would be: a run may take hours, and so may the
 * answer of a person.
 */
export async function demandSurvivor(
  survivor: ManagedSnapshot | undefined,
  { kube, signal }: Context,
): Promise<void> {
  if (!survivor) throw new LeftAlone('it has become the only ready backup of its volume; it is left alone');
  const { namespace, name, uid } = survivor;
  const present = await kube.find(volumeSnapshots, { namespace, name }, { signal });
  if (present?.metadata.uid === uid && isReady(present)) return;
  throw new LeftAlone(
    `'${name}', which was to be left of its volume, is gone or not ready since; it is left alone`,
  );
}
