import type { KubeObject } from '../kube/object.ts';

export interface Pod extends KubeObject {
  spec?: {
    containers?: { name: string; volumeMounts?: VolumeMount[] }[];
    volumes?: { name: string; persistentVolumeClaim?: { claimName: string }; ephemeral?: object }[];
  };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

interface VolumeMount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
}

export function isReady(pod: Pod): boolean {
  const ready = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready === true && pod.metadata.deletionTimestamp === undefined;
}

export function mountsClaim(pod: Pod, pvc: string): boolean {
  return (pod.spec?.volumes ?? []).some((volume) => claimOf(pod, volume) === pvc);
}

/** The PVC whose volume a path of a container lies on; undefined when it is no PVC's. */
export function claimAt(pod: Pod, container: string, path: string): string | undefined {
  const mounts = pod.spec?.containers?.find(({ name }) => name === container)?.volumeMounts ?? [];
  const above = mounts.filter(({ mountPath }) => isWithin(path, mountPath));
  const nearest = above.toSorted((one, other) => other.mountPath.length - one.mountPath.length)[0];
  const volume = pod.spec?.volumes?.find(({ name }) => name === nearest?.name);
  return volume && claimOf(pod, volume);
}

/** A generic ephemeral volume has a claim named after its pod and itself. */
function claimOf(
  pod: Pod,
  volume: NonNullable<NonNullable<Pod['spec']>['volumes']>[number],
): string | undefined {
  return (
    volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral && `${pod.metadata.name}-${volume.name}`)
  );
}

function isWithin(path: string, folder: string): boolean {
  const root = folder.replace(/\/+$/, '');
  return path === root || path.startsWith(`${root}/`);
}
