import { quoted } from '../../core/quoted.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { Deadline } from '../../kube/deadline.ts';
import { isDeleting, type KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import type { VolumeSnapshot } from './volume-snapshot.ts';
import { groupOf } from './group-of.ts';

/**
 * Waits until the group has a member of each of the PVCs, and gives their names by PVC. The snapshot controller makes the
 * members when the storage has cut them, under names of its own. Throws UserError 'snapshot' when they are not there in
 * time, when one was deleted meanwhile, or when there is one of another PVC.
 */
export async function waitForMembers(
  { metadata }: KubeObject,
  pvcs: readonly string[],
  timeoutMilliseconds: number,
  { kube, clock, signal: parent }: Context,
): Promise<ReadonlyMap<string, string>> {
  const { namespace, name, uid } = metadata;
  const members = new Map<string, string>();
  using deadline = new Deadline(
    clock,
    timeoutMilliseconds,
    parent,
    'the members of the group were not there',
  );
  const { signal } = deadline;
  try {
    for await (const event of kube.watch<VolumeSnapshot>(volumeSnapshots, { namespace, signal })) {
      if (event.type === 'BOOKMARK' || groupOf(event.object)?.uid !== uid) continue;
      if (event.type === 'DELETED' || isDeleting(event.object)) throw deleted(event.object);
      members.set(claimOf(event.object, pvcs), event.object.metadata.name ?? '');
      if (members.size === pvcs.length) return members;
    }
  } catch (error) {
    if (!signal.aborted || parent.aborted) throw error;
  }
  const missing = pvcs.filter((pvc) => !members.has(pvc)).map((pvc) => `'${pvc}'`);
  throw new UserError(
    'snapshot',
    `VolumeGroupSnapshot '${name}' in namespace '${namespace}' had no member of PVC ${missing.join(' and ')} after ${timeoutMilliseconds / 1000} s; look at the log of the snapshot controller`,
  );
}

function deleted({ metadata: { namespace, name } }: KubeObject): UserError {
  return new UserError(
    'snapshot',
    `VolumeSnapshot '${name}' in namespace '${namespace}' was deleted while it was being made; run the backup again`,
  );
}

/** The claim as the controller has written it down; a PVC may have got the labels since it was checked. */
function claimOf({ metadata, spec }: VolumeSnapshot, pvcs: readonly string[]): string {
  const claim = spec?.source?.persistentVolumeClaimName;
  if (claim && pvcs.includes(claim)) return claim;
  const of = claim ? `PVC ${quoted(claim)}, which ⟪pvcs⟫ does not have` : 'a volume whose PVC is not known';
  throw new UserError(
    'snapshot',
    `VolumeSnapshot '${metadata.name}' in namespace '${metadata.namespace}' is of ${of}, but a member of the group; see which PVCs have the labels of ⟪groupSelector⟫`,
  );
}
