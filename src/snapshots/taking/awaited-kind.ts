import type { KubeObject } from '../../kube/object.ts';
import type { ObjectKey, Resource } from '../../kube/resources.ts';
import type { SnapshotStore } from '../provider.ts';
import type { SnapshotKey, StoredSnapshot } from '../stored.ts';

/** What is waited for: snapshots of one kind, or groups of them. */
export interface AwaitedKind {
  /** In a sentence. */
  readonly kind: string;
  readonly resource: Resource;
  /** Where the API server has what is known by this key. */
  placeOf(key: SnapshotKey): ObjectKey;
  read(object: KubeObject): StoredSnapshot;
}

/** Snapshots of which each is waited for until it is ready, and marked as failed when it is not. */
export interface StoredKind extends AwaitedKind {
  readonly store: SnapshotStore;
}
