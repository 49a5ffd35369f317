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
    volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
  };
  status?: { phase?: string; containerStatuses?: ContainerStatus[] };
}

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly claim: string;
}

/** Where the containers want the volumes of which claims. */
export function mountsOf({ spec }: Pod): Mount[] {
  const claims = new Map(
    spec.volumes?.map((volume) => [volume.name, volume.persistentVolumeClaim?.claimName]),
  );
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ volumeMounts = [] }) =>
    volumeMounts.flatMap(({ name, mountPath }) => {
      const claim = claims.get(name);
      return claim === undefined ? [] : [{ name, mountPath, claim }];
    }),
  );
}
