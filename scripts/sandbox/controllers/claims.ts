import type { KubeObject } from '../../../src/kube/object.ts';
import { driver } from '../driver.ts';
import { longhornDriver } from '../longhorn/kinds.ts';
import type { Cluster } from '../cluster.ts';
import { claimOf, type Pod } from '../pods/pod.ts';
import { control, isDeleting, removeFinalizer, withStatus } from './controller.ts';
import { claims, contents, persistentVolumes, pods, snapshots, storageClasses } from '../objects/kinds.ts';
import type { Claim, PersistentVolume, Snapshot, SnapshotContent } from './storage-spec.ts';

const protection = 'kubernetes.io/pvc-protection';
const volumeProtection = 'kubernetes.io/pv-protection';

/** Whose volumes are folders: the sandbox's own driver, and Longhorn's where that is there. */
const provisioners: ReadonlySet<unknown> = new Set([driver, longhornDriver]);

interface StorageClass extends KubeObject {
  provisioner?: unknown;
  volumeBindingMode?: unknown;
}

/** Gives every claim a volume of its own, and takes the volume away with its claim. */
export function controlClaims(cluster: Cluster): void {
  const { objects, volumes } = cluster;
  const ofNamespace = ({ metadata }: KubeObject) => objects.all(claims, metadata.namespace);
  const volumesOf = () => objects.all(persistentVolumes);

  control(cluster, claims, (object) => reconcileClaim(object as Claim), [
    { definition: pods, affected: ofNamespace },
    { definition: snapshots, affected: ofNamespace },
  ]);
  control(cluster, persistentVolumes, (object) => reconcileVolume(object as PersistentVolume), [
    { definition: claims, affected: volumesOf },
  ]);

  async function reconcileClaim(claim: Claim): Promise<void> {
    if (isDeleting(claim)) {
      if (!isInUse(claim)) removeFinalizer(cluster, claims, claim, protection);
      return;
    }
    if (claim.spec.volumeName !== undefined) return bind(claim, claim.spec.volumeName);
    const storageClass = classOf(claim);
    if (!storageClass || !provisioners.has(storageClass.provisioner)) return;
    if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !isInUse(claim)) return;
    const source = sourceOf(claim);
    if (source === undefined) return;
    const { namespace = '', name = '' } = claim.metadata;
    await volumes.provision(volumes.ofClaim(namespace, name), source.folder);
    const volume = `pvc-${claim.metadata.uid}`;
    if (!objects.find(persistentVolumes, undefined, volume)) {
      objects.create(persistentVolumes, undefined, volumeFor(claim, volume, storageClass));
    }
    bind(claim, volume);
  }

  function bind(claim: Claim, volumeName: string): void {
    const volume = objects.find(persistentVolumes, undefined, volumeName) as PersistentVolume | undefined;
    if (!volume) return;
    objects.touch(claims, claim, (current) => {
      current.spec = {
        ...(current.spec as object),
        volumeName,
        storageClassName: volume.spec['storageClassName' as never],
      };
      current.metadata.annotations = {
        ...current.metadata.annotations,
        'pv.kubernetes.io/bind-completed': 'yes',
      };
    });
    withStatus(cluster, claims, claim, {
      phase: 'Bound',
      accessModes: claim.spec.accessModes,
      capacity: volume.spec.capacity,
    });
    withStatus(cluster, persistentVolumes, volume, { phase: 'Bound' });
  }

  /** Where the content of a new volume comes from, if from anywhere; undefined while that is not there yet. */
  function sourceOf(claim: Claim): { folder?: string } | undefined {
    const { namespace = '' } = claim.metadata;
    const { dataSource } = claim.spec;
    if (!dataSource) return {};
    if (dataSource.kind === 'PersistentVolumeClaim')
      return { folder: volumes.ofClaim(namespace, dataSource.name) };
    const snapshot = objects.find(snapshots, namespace, dataSource.name) as Snapshot | undefined;
    const content = objects.find(
      contents,
      undefined,
      snapshot?.status?.boundVolumeSnapshotContentName ?? '',
    ) as SnapshotContent | undefined;
    const handle = content?.status?.snapshotHandle;
    if (!snapshot?.status?.readyToUse || handle === undefined) return undefined;
    return { folder: volumes.ofSnapshot(handle) };
  }

  function classOf({ spec }: Claim): StorageClass | undefined {
    if (spec.storageClassName !== undefined)
      return objects.find(storageClasses, undefined, spec.storageClassName);
    const isDefault = ({ metadata }: KubeObject) =>
      metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    return objects.all(storageClasses).find(isDefault);
  }

  function isInUse({ metadata }: Claim): boolean {
    return objects.all(pods, metadata.namespace).some((pod) => {
      const { phase } = (pod.status ?? {}) as { phase?: string };
      return phase !== 'Succeeded' && phase !== 'Failed' && claimsOf(pod).includes(metadata.name ?? '');
    });
  }

  async function reconcileVolume(volume: PersistentVolume): Promise<void> {
    const { claimRef, persistentVolumeReclaimPolicy, csi } = volume.spec;
    if (!provisioners.has(csi?.driver) || !claimRef) return;
    const claim = objects.find(claims, claimRef.namespace, claimRef.name);
    const isReleased = claim?.metadata.uid !== claimRef.uid;
    if (isReleased) withStatus(cluster, persistentVolumes, volume, { phase: 'Released' });
    if (isReleased && persistentVolumeReclaimPolicy === 'Delete' && !isDeleting(volume)) {
      objects.delete(persistentVolumes, undefined, volume.metadata.name ?? '');
    } else if (isDeleting(volume) && isReleased) {
      if (!claim) await volumes.remove(volumes.ofClaim(claimRef.namespace, claimRef.name));
      removeFinalizer(cluster, persistentVolumes, volume, volumeProtection);
    }
  }
}

/** Of a generic ephemeral volume, the one that is named after pod and volume. */
export function claimsOf(pod: KubeObject): string[] {
  const { volumes = [] } = (pod.spec ?? {}) as Pick<Pod['spec'], 'volumes'>;
  return volumes.flatMap((volume) => claimOf(pod, volume) ?? []);
}

/** Makes the claims of its ephemeral volumes, which it owns; pkg/controller/volume/ephemeral. */
export function makeEphemeralClaims({ objects }: Cluster, pod: Pod): void {
  const { namespace, name = '', uid = '' } = pod.metadata;
  for (const volume of pod.spec.volumes ?? []) {
    const claim = volume.ephemeral && claimOf(pod, volume);
    const template = volume.ephemeral?.volumeClaimTemplate;
    if (claim === undefined || !template || objects.find(claims, namespace, claim)) continue;
    const owner = { apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true };
    const metadata = { ...template.metadata, name: claim, ownerReferences: [owner] };
    objects.create(claims, namespace, { apiVersion: '', kind: '', metadata, spec: template.spec });
  }
}

function volumeFor(claim: Claim, name: string, storageClass: StorageClass): KubeObject {
  const { provisioner } = storageClass;
  const { namespace, name: claimName, uid } = claim.metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': String(provisioner) } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources?.requests?.storage },
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name: claimName, uid },
      csi: { driver: provisioner, volumeHandle: name, fsType: 'ext4' },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: 'Filesystem',
    },
  };
}
