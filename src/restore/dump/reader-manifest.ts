import { isRecord, type KubeObject } from '../../kube/object.ts';
import { annotation, label } from '../../snapshots/labels.ts';
import type { Claim } from '../volume/claim.ts';

/** Who may pull its image, and which nodes take it. */
export interface PodPlace {
  readonly pullSecrets?: readonly { readonly name: string }[] | undefined;
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  readonly tolerations?: readonly Readonly<Record<string, string | number>>[] | undefined;
}

/** Undefined is left to the cluster. */
export interface PodUser {
  readonly user: number | undefined;
  readonly group: number | undefined;
  readonly volumeGroup: number | undefined;
}

/** Quantities by the names of resources. */
export interface PodResources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/** What the pod that reads a snapshot is made of, besides the snapshot. */
export interface ReaderPlace extends PodPlace {
  readonly image: string;
  readonly pullPolicy?: string | undefined;
  /** Whom it runs as where the files belong to root, or nobody knows. */
  readonly user?: PodUser | undefined;
  readonly resources?: PodResources | undefined;
}

export type Purpose = 'restore' | 'download';

export const readerPrefix = 'backup-ns-reader-';
export const readerContainer = 'reader';
/** Where its scripts find the volume. */
export const volumeVariable = 'SNAPSHOT_VOLUME';
const mountPath = '/snapshot';
const volumeName = 'data';

/** The name that the controller gives the claim of the pod's volume. */
export function claimNameOf(pod: string): string {
  return `${pod}-${volumeName}`;
}

/** Seconds after which the pod ends though somebody reads: nothing that was forgotten stays for ever. */
const mostSeconds = 2 * 24 * 3600;
/** Seconds after which it ends when nobody does. */
const mostIdleSeconds = 120;

/** Of the one who owns the files; undefined where they belong to root, or nobody knows: then the volume is given to a group. */
export type Owner = number | undefined;

/** Who runs the image of this tool. */
const nobody: PodUser = { user: 65_532, group: 65_532, volumeGroup: 65_532 };
/** As OpenShift has it, which gives each namespace users of its own, and takes no others. */
export const anybody: PodUser = { user: undefined, group: undefined, volumeGroup: undefined };
const fewResources: PodResources = {
  requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '1Mi' },
  limits: { cpu: '1', memory: '128Mi', 'ephemeral-storage': '16Mi' },
};

/** For `status`. */
const noBackup = 'a copy of a snapshot, which a command reads and takes away';

export interface ReaderRequest {
  readonly namespace: string;
  readonly name: string;
  readonly snapshot: string;
  readonly purpose: Purpose;
  /** As it would be made for `backup-ns restore`. */
  readonly claim: Claim;
  readonly owner: Owner;
  readonly place: ReaderPlace;
}

/**
 * A pod that runs where Pod Security is `restricted`, and has the snapshot's copy as a volume of its own: the claim is made and
 * taken away with it, so there is but one object to be left.
 */
export function readerManifest(request: ReaderRequest): KubeObject {
  const { namespace, name, snapshot, purpose, claim, owner, place } = request;
  const { user, group, volumeGroup } = userFor(owner, place);
  const labels = { [label.temporary]: purpose };
  const annotations = { [annotation.restoredFrom]: snapshot };
  const container = {
    name: readerContainer,
    image: place.image,
    ...(place.pullPolicy !== undefined && { imagePullPolicy: place.pullPolicy }),
    command: ['sh', '-c', waitForReaders, 'sh', String(mostIdleSeconds)],
    env: [{ name: volumeVariable, value: mountPath }],
    resources: place.resources ?? fewResources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: volumeName, mountPath, readOnly: true }],
  };
  const template = {
    metadata: { labels, annotations: { ...annotations, [annotation.noBackup]: noBackup } },
    spec: { ...claim.spec },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels, annotations },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      activeDeadlineSeconds: mostSeconds,
      securityContext: {
        runAsNonRoot: true,
        ...(user !== undefined && { runAsUser: user }),
        ...(group !== undefined && { runAsGroup: group }),
        ...(volumeGroup !== undefined && { fsGroup: volumeGroup }),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...(place.pullSecrets && { imagePullSecrets: [...place.pullSecrets] }),
      ...(place.nodeSelector && { nodeSelector: place.nodeSelector }),
      ...(place.tolerations && { tolerations: [...place.tolerations] }),
      containers: [container],
      volumes: [{ name: volumeName, ephemeral: { volumeClaimTemplate: template } }],
    },
  };
}

function userFor(owner: Owner, place: ReaderPlace): PodUser {
  if (owner === undefined) return place.user ?? nobody;
  return { user: owner, group: owner, volumeGroup: undefined };
}

/** Whether it is one of these pods, of any version, and not one that somebody has given the label. */
export function isReader({ metadata, spec }: KubeObject): boolean {
  const { containers, volumes } = isRecord(spec) ? spec : {};
  // An admission may add others.
  const some: unknown[] = Array.isArray(containers) ? containers : [];
  const all: unknown[] = Array.isArray(volumes) ? volumes : [];
  return (
    metadata.labels?.[label.temporary] !== undefined &&
    metadata.annotations?.[annotation.restoredFrom] !== undefined &&
    metadata.name?.startsWith(readerPrefix) === true &&
    some.some((one) => isRecord(one) && one['name'] === readerContainer) &&
    all.some((volume) => isRecord(volume) && volume['name'] === volumeName && isRecord(volume['ephemeral']))
  );
}

/**
 * Process 1 of the pod: ends when no command has run beside it for so many seconds, as when whoever began them was killed.
 * What it started itself has ended when it looks. The kubelet makes one dollar of two, and takes a name in brackets behind one for
 * a variable: here is none of these.
 */
const waitForReaders = `
trap 'exit 0' TERM INT
idle=0
while [ "$idle" -lt "$1" ]; do
  sleep 5 &
  wait "$!" || :
  idle=$((idle + 5))
  for one in /proc/[0-9]*; do
    [ "$one" = /proc/1 ] || [ ! -r "$one/stat" ] || idle=0
  done
done
`;
