import type { Context } from '../context.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Finding } from '../core/finding.ts';
import type { Permission } from '../kube/check-permissions.ts';
import type { Resource } from '../kube/resources.ts';
import type { Undone } from './bulk/in-parallel.ts';
import type { ManagedSnapshot } from './managed.ts';
import type { MethodOptions, SnapshotMethod, SnapshotRequest } from './snapshot-method.ts';
import type { MetadataPatch, SnapshotKey, SnapshotWords, StoredSnapshot } from './stored.ts';

/** Where snapshots of one kind are found, read and labelled. */
export interface SnapshotStore {
  readonly words: SnapshotWords;
  /** As which the API server serves them: errors of a list are told by it. */
  readonly resource: Resource;
  list(selection: SnapshotSelection, context: ProviderContext): AsyncIterable<StoredSnapshot>;
  /** As `Kube.watch`: those that are there, a bookmark, then every change. */
  watch(selection: SnapshotSelection, context: ProviderContext): AsyncIterable<SnapshotEvent>;
  find(key: SnapshotKey, context: ProviderContext): Promise<StoredSnapshot | undefined>;
  /** Throws a 409 when it has another version than this one by then, a 404 when it is gone. */
  patch(
    key: SnapshotKey,
    patch: MetadataPatch & { readonly resourceVersion: string },
    context: ProviderContext,
  ): Promise<void>;
}

/**
 * A way to take, keep, delete and give back snapshots of volumes. Use cases speak to it and know no kind of snapshot; what a
 * snapshot is and when it goes is decided by labels alone. Every method throws KubeError when the cluster cannot be asked,
 * and `signal.reason` when it is aborted.
 */
export interface SnapshotProvider extends SnapshotStore {
  readonly name: string;
  /** What to say where the cluster does not know the kind, and what to do about it. */
  readonly unknownKind: string;

  // -- backup
  /** What taking snapshots of these settings cannot do without. */
  permissions(namespace: string, wanted: WantedSnapshots): readonly Permission[];
  /** How the volumes of these claims are snapshotted; or every reason why they cannot be. Changes nothing. */
  plan(
    claims: readonly BoundClaim[],
    wanted: WantedSnapshots,
    context: Context,
  ): Promise<Finding<SnapshotPlan>>;
  /** One that is not ready in time is marked as failed, and loses its tiers. Throws UserError 'snapshot'. */
  waitUntilReady(key: SnapshotKey, timeoutMilliseconds: number, context: Context): Promise<void>;
  /** Deletes groups whose backup is none, with their members. Resolves with a sentence for each that could not be deleted. */
  discardGroups(
    namespace: string,
    names: readonly string[],
    reason: string,
    context: Context,
  ): Promise<readonly string[]>;

  // -- status
  /** By the name of each class of snapshots, whether the data goes with them: `Delete` or `Retain`. */
  deletionPolicies(context: ProviderContext): Promise<ReadonlyMap<string, string>>;

  // -- doctor
  /** Whether snapshots can be taken here at all, and of these claims. Rejects only with the signal's reason. */
  examine(claims: readonly ExaminedClaim[], context: ProviderContext): Promise<readonly Diagnosis[]>;

  // -- deletion
  /** One for each run, as it remembers what it has asked. */
  deletions(context: Context): Deletions;

  // -- restore
  /** What reading a snapshot and its data cannot do without. */
  permissionsToRestore(namespace: string): readonly Permission[];
  /** What the storage has of it; undefined when that is lost. */
  data(snapshot: StoredSnapshot, context: ProviderContext): Promise<SnapshotData | undefined>;
  /** The `dataSource` of a claim that is made from the snapshot of that name; undefined where none can be made so. */
  dataSource(name: string): ClaimSource | undefined;
}

/** A claim that is to be backed up. */
export interface ExaminedClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export type ProviderContext = Pick<Context, 'kube' | 'signal'>;

/** With the store that snapshots are read from and changed in. */
export interface StoreContext extends ProviderContext {
  readonly snapshots: SnapshotStore;
}

/** What the use cases of snapshots are given. */
export interface SnapshotContext extends Context {
  readonly snapshots: SnapshotProvider;
}

export interface SnapshotSelection {
  /** All namespaces when undefined. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
}

export type SnapshotEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly snapshot: StoredSnapshot }
  | { readonly type: 'BOOKMARK' };

/** A PVC that has its volume. */
export interface BoundClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
  /** The PersistentVolume's name. */
  readonly volume: string;
}

/** What the settings ask for. */
export interface WantedSnapshots {
  /** The class of the snapshots; the default of each driver when undefined. */
  readonly className: string | undefined;
  /** Undefined when each snapshot is taken for itself. */
  readonly group: WantedGroup | undefined;
}

/** What the user says of a group snapshot; who names no PVCs by their labels wants none. */
export interface WantedGroup {
  readonly selector: Readonly<Record<string, string>>;
  readonly className: string | undefined;
}

export interface SnapshotPlan {
  readonly volumes: readonly PlannedVolume[];
  /** The class by which all are cut as one group. */
  readonly groupClass?: string | undefined;
  /** How these snapshots, one of each volume and all of one backup, are taken. */
  method(requests: readonly SnapshotRequest[], options: MethodOptions): SnapshotMethod;
}

/** A volume that can be snapshotted, and with what. */
export interface PlannedVolume {
  readonly pvc: string;
  readonly pvcUid: string;
  /** When the PVC was made, in milliseconds since 1970. */
  readonly madeAt: number;
  readonly className: string;
  /** Whether the data goes with the snapshot: `Delete` or `Retain`; empty where that may not be looked at. */
  readonly deletionPolicy: string;
}

/** Deletes snapshots together with what they keep in the storage. */
export interface Deletions {
  /**
   * Deletes snapshots that can go only together: those of a group, or a single one that is in none. Each is looked at right
   * before. Throws when somebody else has data that would go, or a 409 when something is changed again and again.
   */
  deleteTogether(unit: readonly ManagedSnapshot[], isWanted: RequireWanted): Promise<Deleted>;
  /** Whether they are members of a group that is not there: each of them can be deleted alone. */
  isGroupGone(unit: readonly ManagedSnapshot[]): Promise<boolean>;
  /** What runs that were killed have begun to delete, in these namespaces, in all when undefined. */
  findUnfinished(namespaces: readonly string[] | undefined): Promise<UnfinishedDeletions>;
}

/** Looks at the present state of a snapshot, and rejects when its deletion is wanted no more. */
export type RequireWanted = (snapshot: ManagedSnapshot, present: StoredSnapshot) => Promise<void>;

export interface Deleted {
  /** False when all was gone already, or on its way out. */
  readonly wasThere: boolean;
  /** What to say of it besides; undefined when all has gone as always. */
  readonly note?: string | undefined;
}

/** Goes on with them one by one, for who does something else in between. */
export interface UnfinishedDeletions {
  /** False when there is none any more. Rejects only with the signal's reason. */
  finishNext(): Promise<boolean>;
  /** Says what waits, and resolves with what was not done. */
  end(): Undone;
}

/** What a volume that is made from a snapshot must have in common with it. */
export interface SnapshotData {
  /** The CSI driver that has it, which alone can make a volume of it. */
  readonly driver: string;
  /** `Filesystem` or `Block`; undefined where the storage does not say. */
  readonly volumeMode?: string | undefined;
  /** Whether it goes with the snapshot: `Delete` or `Retain`; undefined where the storage does not say. */
  readonly deletionPolicy?: string | undefined;
}

/** As a PVC names what it is made from. */
export interface ClaimSource {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}
