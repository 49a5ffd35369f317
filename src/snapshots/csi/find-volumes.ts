import type { Context } from '../../context.ts';
import { allOf, problem, type Finding } from '../../core/finding.ts';
import type { KubeObject } from '../../kube/object.ts';
import { persistentVolumes, volumeSnapshotClasses } from '../../kube/resources.ts';
import type { BoundClaim } from '../provider.ts';
import { chooseClass, type SnapshotClass } from './class.ts';

interface PersistentVolume extends KubeObject {
  spec?: { csi?: { driver?: string } };
}

/** A volume that can be snapshotted, and with what. */
export interface CsiVolume {
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
): Promise<Finding<readonly CsiVolume[]>> {
  const { kube, signal } = context;
  const [classes, ...drivers] = await Promise.all([
    Array.fromAsync(kube.list(volumeSnapshotClasses, { signal })),
    ...claims.map((claim) => findDriver(claim, context)),
  ]);
  const findings = claims.map((claim, index): Finding<CsiVolume> => {
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
