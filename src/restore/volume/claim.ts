import type { KubeObject } from '../../kube/object.ts';
import { annotation } from '../../snapshots/labels.ts';
import type { ClaimSource } from '../../snapshots/provider.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';

export interface Claim extends KubeObject {
  spec?: {
    storageClassName?: string;
    accessModes?: string[];
    volumeMode?: string;
    resources?: { requests?: { storage?: string } };
    dataSource?: { apiGroup?: string; kind?: string; name?: string };
  };
  status?: { phase?: string };
}

/** What a claim that is made from a snapshot is to be like. */
export interface ClaimRequest {
  readonly namespace: string;
  readonly name: string;
  /** In the same namespace, as Kubernetes demands. */
  readonly snapshot: ClaimSource;
  readonly storageClass: string;
  readonly accessModes: readonly string[];
  /** A quantity, such as 10Gi. */
  readonly size: string;
  /** Filesystem when undefined. */
  readonly volumeMode: string | undefined;
}

export function claimManifest(request: ClaimRequest): KubeObject {
  const { namespace, name, snapshot, storageClass, accessModes, size, volumeMode } = request;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace, name, annotations: { [annotation.restoredFrom]: snapshot.name } },
    spec: {
      storageClassName: storageClass,
      accessModes: [...accessModes],
      ...(volumeMode !== undefined && { volumeMode }),
      resources: { requests: { storage: size } },
      dataSource: { ...snapshot },
    },
  };
}

/** Whether the claim was made from this very snapshot, and not from an earlier one of its name. */
export function isMadeFrom(
  { metadata, spec }: Claim,
  { metadata: snapshot, words }: StoredSnapshot,
): boolean {
  const { kind, name } = spec?.dataSource ?? {};
  const [made = '', cut = ''] = [metadata.creationTimestamp, snapshot.creationTimestamp];
  return kind === words.kind && name === snapshot.name && made >= cut;
}

export function isBound({ status }: Claim): boolean {
  return status?.phase === 'Bound';
}
