import type { ObjectMeta } from '../kube/object.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { isHeldItself } from '../snapshots/hold-label.ts';
import type { StoredSnapshot } from '../snapshots/stored.ts';
import { annotation, label } from '../snapshots/labels.ts';
import { type Texts, ourMetadata } from './orphan.ts';

/** What a content is to have of its VolumeSnapshot: the labels and annotations of this tool, and none of others. */
export interface SnapshotMetadata {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of the content that it says it is bound to. */
  readonly content: string;
  readonly labels: Texts;
  readonly annotations: Texts;
}

/** What is to be written into a content's metadata; null takes a name away. */
export interface SyncChange {
  readonly snapshot: SnapshotMetadata;
  readonly content: string;
  /** The content as it was read, which the change is for. */
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Undefined for a VolumeSnapshot that is bound to nothing yet, or is on its way out: its content is left as it is then. */
export function snapshotMetadata({ metadata, content }: StoredSnapshot): SnapshotMetadata | undefined {
  const { namespace, name, uid, deletionTimestamp } = metadata;
  if (!namespace || !name || !uid || !content || deletionTimestamp !== undefined) return undefined;
  return { namespace, name, uid, content, ...ourMetadata(metadata) };
}

/**
 * What makes a content's metadata of ours that of the VolumeSnapshot, but for a hold on the content itself. Undefined when it is, when the two are not bound to
 * each other, or when the content is on its way out.
 */
export function planSync(snapshot: SnapshotMetadata, content: VolumeSnapshotContent): SyncChange | undefined {
  const { metadata } = content;
  const { name, resourceVersion = '', deletionTimestamp } = metadata;
  const isBound = snapshot.content === name && snapshotRefOf(content).uid === snapshot.uid;
  if (!isBound || deletionTimestamp !== undefined) return undefined;
  const present = ourMetadata(metadata);
  const copied = only(annotation.holdCopied, metadata.annotations);
  const wanted = isHeldItself({ metadata }) ? keepingHold(snapshot, metadata) : copyingHold(snapshot);
  const labels = changes(present.labels, wanted.labels);
  const annotations = changes({ ...present.annotations, ...copied }, wanted.annotations);
  if (Object.keys(labels).length + Object.keys(annotations).length === 0) return undefined;
  return { snapshot, content: name, resourceVersion, labels, annotations };
}

/** The hold of a person on the content stays, whatever the snapshot says: who holds the content keeps the data. */
function keepingHold({ labels, annotations }: SnapshotMetadata, content: ObjectMeta) {
  return { labels: { ...labels, ...only(label.hold, content.labels) }, annotations };
}

/** That of the snapshot is noted as a copy, so that it goes again when the snapshot is released. */
function copyingHold({ labels, annotations }: SnapshotMetadata) {
  if (labels[label.hold] === undefined) return { labels, annotations };
  return { labels, annotations: { ...annotations, [annotation.holdCopied]: 'true' } };
}

function only(name: string, texts: Texts = {}): Texts {
  const value = texts[name];
  return value === undefined ? {} : { [name]: value };
}

function changes(present: Texts, wanted: Texts): Record<string, string | null> {
  const written = Object.entries(wanted).filter(([name, value]) => present[name] !== value);
  const taken = Object.keys(present).filter((name) => wanted[name] === undefined);
  return Object.fromEntries([...written, ...taken.map((name) => [name, null] as const)]);
}
