import type { Context } from '../context.ts';
import { problem, type Finding } from '../finding.ts';
import type { KubeObject } from '../kube/object.ts';
import { persistentVolumeClaims, persistentVolumes, volumeSnapshotClasses } from '../kube/resources.ts';
import { chooseClass, type SnapshotClass } from '../snapshots/class.ts';

interface PersistentVolumeClaim extends KubeObject {
  spec?: { volumeName?: string };
  status?: { phase?: string };
}

interface PersistentVolume extends KubeObject {
  spec?: { csi?: { driver?: string } };
}

/** Finds the class to snapshot a PVC with, or says in one sentence why it cannot be snapshotted. */
export async function findSnapshotClass(
  namespace: string,
  pvc: string,
  wantedClass: string | undefined,
  { kube, signal }: Context,
): Promise<Finding<SnapshotClass>> {
  const [claim, classes] = await Promise.all([
    kube.find<PersistentVolumeClaim>(persistentVolumeClaims, { namespace, name: pvc }, { signal }),
    Array.fromAsync(kube.list(volumeSnapshotClasses, { signal })),
  ]);
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
  const volume = await kube.get<PersistentVolume>(
    persistentVolumes,
    { name: claim.spec.volumeName },
    { signal },
  );
  const driver = volume.spec?.csi?.driver;
  if (!driver) {
    return problem(
      `PVC '${pvc}' in namespace '${namespace}' is on volume '${claim.spec.volumeName}', which no CSI driver provides, so it cannot be snapshotted; move it to a CSI storage class`,
    );
  }
  return chooseClass(classes, driver, wantedClass);
}
