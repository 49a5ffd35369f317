import type { Context } from '../../context.ts';
import { allOf, problem, type Finding } from '../../core/finding.ts';
import { hasStatus } from '../../kube/error.ts';
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
  const unlessForbidden = <T>(asked: Promise<T>) =>
    wantedClass === undefined ? asked : orForbidden(asked, context);
  const [classes, ...drivers] = await Promise.all([
    unlessForbidden(Array.fromAsync(kube.list(volumeSnapshotClasses, { signal }))),
    ...claims.map((claim) => unlessForbidden(findDriver(claim, context))),
  ]);
  const findings = claims.map((claim, index): Finding<CsiVolume> => {
    const driver = drivers[index];
    if (!driver) return notProvided(claim);
    const chosen =
      classes === forbidden || driver === forbidden
        ? { found: { name: wantedClass ?? '', driver: '', deletionPolicy: '' } }
        : chooseClass(classes, driver, wantedClass);
    if ('problems' in chosen) return chosen;
    const { name: pvc, uid: pvcUid, madeAt } = claim;
    return { found: { pvc, pvcUid, madeAt, snapshotClass: chosen.found } };
  });
  return allOf(findings);
}

const forbidden = Symbol('forbidden');

/** Who may not look at what is of the cluster has the class that was named, which the storage accepts or not. */
async function orForbidden<T>(asked: Promise<T>, { log }: Context): Promise<T | typeof forbidden> {
  try {
    return await asked;
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    log.warn({ reason: error.message }, 'the snapshot class is taken by its name, and not checked');
    return forbidden;
  }
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
