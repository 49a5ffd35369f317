import type { KubeObject, ObjectMeta } from '../kube/object.ts';

/** What a kind of snapshot is called. */
export interface SnapshotWords {
  /** In a sentence, as in a manifest. */
  readonly kind: string;
  /** For kubectl. */
  readonly resource: string;
  /** The namespace that all of them lie in; that of the snapshot's volume when undefined. */
  readonly place?: string;
  /** Several that are cut as one. */
  readonly group: string;
  /** What in the storage it stands for. */
  readonly content: string;
}

/**
 * A snapshot as it is stored, whatever stores it: the labels and annotations that this tool has written, and what the
 * storage says of it. Who writes what is the provider's; texts are as others wrote them.
 */
export interface StoredSnapshot {
  readonly words: SnapshotWords;
  readonly metadata: ObjectMeta;
  /** The PVC that it was made from; undefined where the snapshot does not say. */
  readonly claim?: string | undefined;
  /** A volume can be made from it. */
  readonly isReadyToUse: boolean;
  /** RFC 3339: when the storage cut it; from then on the volume may change. */
  readonly cutAt?: string | undefined;
  /** A Kubernetes quantity: the size that a volume must have to be made from it. */
  readonly restoreSize?: string | undefined;
  /** The storage's last failure, which it may yet get over; its words may be missing. */
  readonly error?: { readonly message?: string | undefined } | undefined;
  readonly className?: string | undefined;
  /** What in the storage it stands for, by the name that a person finds it by. */
  readonly content?: string | undefined;
  /** The name of the group with which alone it can be deleted. */
  readonly group?: string | undefined;
}

/** Where a snapshot is found by those who name it. */
export interface SnapshotKey {
  readonly namespace: string;
  readonly name: string;
}

/** What to write into a snapshot's metadata; null takes a label or an annotation away. */
export interface MetadataPatch {
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
}

/** How a sentence names one: its kind, its name and its namespace. */
export function named({ kind }: SnapshotWords, { namespace, name }: SnapshotKey): string {
  return `${kind} '${name}' in namespace '${namespace}'`;
}

/** Anything with labels and annotations: a stored snapshot, a content, a namespace. */
export type Labelled = Pick<KubeObject, 'metadata'>;
