import type { Context } from '../context.ts';
import { problem, type Finding } from '../finding.ts';
import type { KubeObject } from '../kube/object.ts';
import { persistentVolumeClaims, persistentVolumes, volumeSnapshotClasses } from '../kube/resources.ts';
import { chooseClass, type SnapshotClass } from '../snapshots/class.ts';

interface PersistentVolumeClaim extends KubeObject {
  spec?: { volumeName?: string };
  status?: { phase?: string };
}

export interface BoundClaim {
  readonly namespace: string;
  readonly name: string;
  /** The PersistentVolume's name. */
  readonly volume: string;
}

interface PersistentVolume extends KubeObject {
  spec?: { csi?: { driver?: string } };
}

/** Finds the bound claim that is to be snapshotted. */
export async function findClaim(
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
      `There is no PVC '${pvc}' in namespace '${namespace}'; set BAK_PVC_NAME to one of: kubectl -n ${namespace} get pvc`,
    );
  }
  const phase = claim.status?.phase;
  if (phase !== 'Bound' || !claim.spec?.volumeName) {
    return problem(
      `PVC '${pvc}' in namespace '${namespace}' is ${phase ?? 'without a phase'}, not Bound; describe it with: kubectl -n ${namespace} describe pvc ${pvc}`,
    );
  }
  return { found: { namespace, name: pvc, volume: claim.spec.volumeName } };
}

/** Finds the class to snapshot a claim's volume with. */
export async function findSnapshotClass(
  claim: BoundClaim,
  wantedClass: string | undefined,
  { kube, signal }: Context,
): Promise<Finding<SnapshotClass>> {
  const [volume, classes] = await Promise.all([
    kube.get<PersistentVolume>(persistentVolumes, { name: claim.volume }, { signal }),
    Array.fromAsync(kube.list(volumeSnapshotClasses, { signal })),
  ]);
  const driver = volume.spec?.csi?.driver;
  if (driver) return chooseClass(classes, driver, wantedClass);
  return problem(
    `PVC '${claim.name}' in namespace '${claim.namespace}' is on volume '${claim.volume}', which no CSI driver provides, so it cannot be snapshotted; move it to a CSI storage class`,
  );
}
