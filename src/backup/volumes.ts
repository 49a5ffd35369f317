import { quoted, shown } from '../core/quoted.ts';
import type { Context } from '../context.ts';
import { allOf, problem, type Finding } from '../core/finding.ts';
import type { KubeObject } from '../kube/object.ts';
import { persistentVolumeClaims, persistentVolumes, volumeSnapshotClasses } from '../kube/resources.ts';
import { chooseClass, type SnapshotClass } from '../snapshots/csi/class.ts';

interface PersistentVolumeClaim extends KubeObject {
  spec?: { volumeName?: string };
  status?: { phase?: string };
}

export interface BoundClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
  /** The PersistentVolume's name. */
  readonly volume: string;
}

interface PersistentVolume extends KubeObject {
  spec?: { csi?: { driver?: string } };
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
      `There is no PVC '${pvc}' in namespace '${namespace}'; set ⟪pvcs⟫ to one of: kubectl -n ${namespace} get pvc`,
    );
  }
  const phase = claim.status?.phase;
  if (phase !== 'Bound' || !claim.spec?.volumeName) {
    return problem(
      `PVC '${pvc}' in namespace '${namespace}' is ${phase === undefined ? 'without a phase' : shown(phase)}, not Bound; describe it with: kubectl -n ${namespace} describe pvc ${pvc}`,
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

/** A volume that can be snapshotted, and with what. */
export interface Volume {
  readonly pvc: string;
  readonly pvcUid: string;
  /** When the PVC was made, in milliseconds since 1970. */
  readonly madeAt: number;
  readonly snapshotClass: SnapshotClass;
}

/** Finds the class to snapshot each claim's volume with: a named one, or the default of its driver. */
export async function findVolumes(
  claims: readonly BoundClaim[],
  wantedClass: string | undefined,
  context: Context,
): Promise<Finding<readonly Volume[]>> {
  const { kube, signal } = context;
  const [classes, ...drivers] = await Promise.all([
    Array.fromAsync(kube.list(volumeSnapshotClasses, { signal })),
    ...claims.map((claim) => findDriver(claim, context)),
  ]);
  const findings = claims.map((claim, index): Finding<Volume> => {
    const driver = drivers[index];
    if (!driver) return notProvided(claim);
    const chosen = chooseClass(classes, driver, wantedClass);
    if ('problems' in chosen) return chosen;
    const { name: pvc, uid: pvcUid, madeAt } = claim;
    return { found: { pvc, pvcUid, madeAt, snapshotClass: chosen.found } };
  });
  return allOf(findings);
}

/** The CSI driver that provides the claim's volume. */
async function findDriver(claim: BoundClaim, { kube, signal }: Context): Promise<string | undefined> {
  const volume = await kube.get<PersistentVolume>(persistentVolumes, { name: claim.volume }, { signal });
  return volume.spec?.csi?.driver;
}

function notProvided({ namespace, name, volume }: BoundClaim): Finding<never> {
  return problem(
    `PVC '${name}' in namespace '${namespace}' is on volume '${volume}', which no CSI driver provides, so it cannot be snapshotted; move it to a CSI storage class`,
  );
}
