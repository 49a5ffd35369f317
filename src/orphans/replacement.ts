import type { KubeObject } from '../kube/object.ts';
import { snapshotHandleOf, snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { annotation, label } from '../snapshots/labels.ts';
import { type Texts, cutAt, ourMetadata } from './orphan.ts';

const apiVersion = 'snapshot.storage.k8s.io/v1';
const prefix = 'snapshot.storage.kubernetes.io/';
const namePrefix = 'rebound-';

/**
 * What the CSI controllers find on a content that they made themselves, and need on one that they did not: on which node
 * the driver is that can reach it, and where the driver's secret for its deletion is (external-snapshotter 8.6:
 * createSnapshotContent in pkg/common-controller/snapshot_controller.go).
 */
const labelsOfControllers = [`${prefix}managed-by`];
const annotationsOfControllers = [`${prefix}deletion-secret-name`, `${prefix}deletion-secret-namespace`];

/** Where a snapshot is brought back to. */
export interface ReplacementTarget {
  readonly namespace: string;
  readonly name: string;
  /** Undefined when that of the old content is gone: none is needed, but one that is named must be there. */
  readonly className: string | undefined;
}

/** Of the content that takes the place of the old one: always the same, so that a second run finds that of the first. */
export function replacementName({ metadata }: VolumeSnapshotContent): string {
  return `${namePrefix}${metadata.uid}`;
}

/** Whether it is called as one that takes the place of another: no tenant gives contents their names. */
export function isReplacementName(name: string | undefined): boolean {
  return name?.startsWith(namePrefix) === true;
}

/**
 * A content of the same snapshot of the storage. A new one it must be: the old one was made for a VolumeSnapshot that is
 * gone, and cannot be bound by another.
 */
export function replacementContent(
  old: VolumeSnapshotContent,
  { namespace, name, className }: ReplacementTarget,
  now: Date,
): VolumeSnapshotContent {
  const driver = old.spec?.driver;
  const sourceVolumeMode = old.spec?.sourceVolumeMode;
  const snapshotHandle = snapshotHandleOf(old);
  return {
    apiVersion,
    kind: 'VolumeSnapshotContent',
    metadata: { name: replacementName(old), ...replacementMetadata(old, now) },
    spec: {
      ...(driver !== undefined && { driver }),
      deletionPolicy: 'Retain',
      ...(className !== undefined && { volumeSnapshotClassName: className }),
      ...(sourceVolumeMode !== undefined && { sourceVolumeMode }),
      source: { ...(snapshotHandle !== undefined && { snapshotHandle }) },
      volumeSnapshotRef: { namespace, name },
    },
  };
}

/**
 * A date to go is not brought back: who brings a snapshot back wants to have it tomorrow, too. `marked-at` without a date
 * is what tells `mark-and-delete` that. Nor is it that its backup was unfinished: no run is at work on it any more.
 * A hold is that of the snapshot from then on.
 */
function replacementMetadata(old: VolumeSnapshotContent, now: Date): { labels: Texts; annotations: Texts } {
  const { labels, annotations } = ourMetadata(old.metadata);
  const { [label.deleteAfter]: _, [label.unfinished]: __, ...keptLabels } = labels;
  return {
    labels: { ...keptLabels, ...only(labelsOfControllers, old.metadata.labels) },
    annotations: {
      ...only(annotationsOfControllers, old.metadata.annotations),
      [annotation.markedAt]: rfc3339(now),
      ...annotations,
      [annotation.takenAt]: rfc3339(cutAt(old)),
      [annotation.reboundFrom]: old.metadata.name ?? '',
      ...(labels[label.hold] !== undefined && { [annotation.holdCopied]: 'true' }),
    },
  };
}

/** The VolumeSnapshot that binds such a content. */
export function replacementSnapshot(content: VolumeSnapshotContent): KubeObject {
  const { metadata, spec } = content;
  const { namespace = '', name = '' } = snapshotRefOf(content);
  const volumeSnapshotClassName = spec?.volumeSnapshotClassName;
  const { labels, annotations } = ourMetadata(metadata);
  return {
    apiVersion,
    kind: 'VolumeSnapshot',
    metadata: {
      namespace,
      name,
      labels,
      annotations: { ...annotations, ...only([annotation.reboundFrom], metadata.annotations) },
    },
    spec: {
      ...(volumeSnapshotClassName !== undefined && { volumeSnapshotClassName }),
      source: { volumeSnapshotContentName: metadata.name },
    },
  };
}

/** Whether it is a VolumeSnapshot that `replacementSnapshot` has made for a content of this name. */
export function isReplacement({ spec }: KubeObject, content: string): boolean {
  const { source } = (spec ?? {}) as { source?: { volumeSnapshotContentName?: string } };
  return source?.volumeSnapshotContentName === content;
}

function only(names: readonly string[], texts: Texts = {}): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => names.includes(name)));
}

function rfc3339(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
