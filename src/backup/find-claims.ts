import { quoted, shown } from '../core/quoted.ts';
import type { Context } from '../context.ts';
import { allOf, problem, type Finding } from '../core/finding.ts';
import type { KubeObject } from '../kube/object.ts';
import { persistentVolumeClaims } from '../kube/resources.ts';
import type { BoundClaim } from '../snapshots/provider.ts';

interface PersistentVolumeClaim extends KubeObject {
  spec?: { volumeName?: string };
  status?: { phase?: string };
}

/** Finds the bound claims that are to be snapshotted. */
export async function findClaims(
  namespace: string,
  pvcs: readonly string[],
  context: Context,
): Promise<Finding<readonly BoundClaim[]>> {
  return allOf(await Promise.all(pvcs.map((pvc) => findClaim(namespace, pvc, context))));
}

async function findClaim(
  namespace: string,
  pvc: string,
  { kube, signal }: Context,
): Promise<Finding<BoundClaim>> {
  const claim = await kube.find<PersistentVolumeClaim>(
    persistentVolumeClaims,
    { namespace, name: pvc },
    { signal },
  );
  if (!claim) {
    return problem(
      `There is no PVC '${pvc}' in namespace '${namespace}'; set ⟪namespace⟫ to the one that it is in, or ⟪pvcs⟫ to one of: kubectl -n ${namespace} get pvc`,
    );
  }
  const phase = claim.status?.phase;
  if (phase !== 'Bound' || !claim.spec?.volumeName) {
    const state = phase === 'Bound' ? 'without a volume' : shown(phase ?? 'without a phase');
    return problem(
      `PVC '${pvc}' in namespace '${namespace}' is ${state}, not Bound; describe it with: kubectl -n ${namespace} describe pvc ${pvc}`,
    );
  }
  return { found: { namespace, name: pvc, volume: claim.spec.volumeName, ...identityOf(claim) } };
}

/** What the API server always gives. */
function identityOf({ metadata }: PersistentVolumeClaim): Pick<BoundClaim, 'uid' | 'madeAt'> {
  const { name, uid, creationTimestamp } = metadata;
  const madeAt = Date.parse(creationTimestamp ?? '');
  if (uid && !Number.isNaN(madeAt)) return { uid, madeAt };
  throw new Error(`PVC ${quoted(name)} came without a uid or a creation time`);
}
