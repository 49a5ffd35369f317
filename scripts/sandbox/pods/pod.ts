import type { KubeObject } from '../../../src/kube/object.ts';
import type { Container } from './pod-spec.ts';

export interface PodContainer extends Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string | undefined;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: 0;
  readonly state: object;
}

/** The parts of a pod that the sandbox works with. */
export interface Pod extends KubeObject {
  spec: {
    nodeName?: string;
    serviceAccountName?: string;
    restartPolicy?: 'Always' | 'OnFailure' | 'Never';
    containers: PodContainer[];
    initContainers?: PodContainer[];
    volumes?: Volume[];
  };
  status?: { phase?: string; containerStatuses?: ContainerStatus[] };
}

export interface Volume {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly ephemeral?: {
    readonly volumeClaimTemplate?: { readonly metadata?: object; readonly spec?: object };
  };
}

/** The claim of a volume, if it has one. */
export function claimOf({ metadata }: KubeObject, volume: Volume): string | undefined {
  return volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral && `${metadata.name}-${volume.name}`);
}

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly claim: string;
}

/** Where the containers want the volumes of which claims. */
export function mountsOf(pod: Pod): Mount[] {
  const { spec } = pod;
  const claims = new Map(spec.volumes?.map((volume) => [volume.name, claimOf(pod, volume)]));
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ volumeMounts = [] }) =>
    volumeMounts.flatMap(({ name, mountPath }) => {
      const claim = claims.get(name);
      return claim === undefined ? [] : [{ name, mountPath, claim }];
    }),
  );
}
