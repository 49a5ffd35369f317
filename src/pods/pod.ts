import type { KubeObject } from '../kube/object.ts';

export interface Pod extends KubeObject {
  spec?: {
    nodeName?: string;
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

/** One container of one pod, chosen once and named for the whole run. */
export interface Container {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export function isReady(pod: Pod): boolean {
  const ready = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready === true && pod.metadata.deletionTimestamp === undefined;
}

export function isRunning({ metadata, status }: Pod): boolean {
  return status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
}

export function mountsClaim(pod: Pod, pvc: string): boolean {
  return (pod.spec?.volumes ?? []).some((volume) => claimOf(pod, volume) === pvc);
}

/** Where the containers of a pod have a PVC's volume, in their order. */
export function mountsOf(pod: Pod, pvc: string): { readonly container: string; readonly path: string }[] {
  const volumes = (pod.spec?.volumes ?? []).filter((volume) => claimOf(pod, volume) === pvc);
  const names = new Set(volumes.map(({ name }) => name));
  return (pod.spec?.containers ?? []).flatMap(({ name, volumeMounts = [] }) =>
    volumeMounts
      .filter((mount) => names.has(mount.name))
      .map(({ mountPath }) => ({ container: name, path: mountPath })),
  );
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
  let end = folder.length;
  while (folder[end - 1] === '/') end--;
  const root = folder.slice(0, end);
  return path === root || path.startsWith(`${root}/`);
}
