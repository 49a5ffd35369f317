import type { ManagedSnapshot } from './managed.ts';

/** A volume, and what there is of it. */
export interface VolumeHistory<Snapshot extends ManagedSnapshot = ManagedSnapshot> {
  readonly namespace: string;
  /** The PVC, as the label of its snapshots has it. */
  readonly pvc: string;
  /** Undefined when none of its snapshots says it. */
  readonly pvcUid: string | undefined;
  readonly snapshots: readonly Snapshot[];
}

/**
 * The snapshots of each volume, in the order of its namespace, PVC and uid. A PVC that was made anew under the same name is
 * another volume, so that the first backups of an empty one never cost those of the lost one their place. Who knows the PVCs
 * says of which a snapshot is. Where nobody does, snapshots that do not say their PVC's uid are older than all that do, and so
 * belong to the volume of which there are the oldest.
 */
export function volumesOf(
  snapshots: readonly ManagedSnapshot[],
  uidOf: UidOf = ({ pvcUid }) => pvcUid,
): VolumeHistory[] {
  const byName = Map.groupBy(snapshots, ({ namespace, pvc }) => `${namespace}/${pvc}`);
  return [...byName.keys()].toSorted().flatMap((name) => volumesOfName(byName.get(name) ?? [], uidOf));
}

/** The uid of the PVC that a snapshot is of; undefined where nobody knows it. */
export type UidOf = (snapshot: ManagedSnapshot) => string | undefined;

/**
 * Of these snapshots, those of one PVC that is there, made at `madeAt`, in milliseconds since 1970: what is older, and does
 * not say which PVC it is of, was taken of another.
 */
export function historyOf(
  snapshots: readonly ManagedSnapshot[],
  claim: { readonly pvc: string; readonly pvcUid: string; readonly madeAt: number },
): readonly ManagedSnapshot[] {
  const ofName = snapshots.filter(({ pvc }) => pvc === claim.pvc);
  const known = volumesOf(ofName).find(({ pvcUid }) => pvcUid === undefined || pvcUid === claim.pvcUid);
  const own = known?.snapshots ?? [];
  return own.filter(({ pvcUid, createdAt }) => pvcUid !== undefined || !(createdAt < claim.madeAt));
}

function volumesOfName(snapshots: readonly ManagedSnapshot[], uidOf: UidOf): VolumeHistory[] {
  const [{ namespace, pvc }] = snapshots as [ManagedSnapshot];
  const oldest = oldestUid(snapshots);
  const byUid = Map.groupBy(snapshots, (snapshot) => uidOf(snapshot) ?? oldest);
  return [...byUid.keys()]
    .toSorted((one = '', other = '') => (one < other ? -1 : 1))
    .map((pvcUid) => ({ namespace, pvc, pvcUid, snapshots: byUid.get(pvcUid) ?? [] }));
}

function oldestUid(snapshots: readonly ManagedSnapshot[]): string | undefined {
  let oldest: ManagedSnapshot | undefined;
  for (const one of snapshots) {
    if (one.pvcUid !== undefined && (oldest === undefined || isOlder(one, oldest))) oldest = one;
  }
  return oldest?.pvcUid;
}

/** Of the same second, the uid decides, so that every run sees the same. */
function isOlder(one: ManagedSnapshot, other: ManagedSnapshot): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt;
  return (one.pvcUid ?? '') < (other.pvcUid ?? '');
}
