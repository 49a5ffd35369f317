import { persistentVolumeClaims, storageClasses } from '../../kube/resources.ts';
import type { SnapshotContext, SnapshotData } from '../../snapshots/provider.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';
import { label } from '../../snapshots/labels.ts';
import type { Claim } from './claim.ts';
import type { StorageClass } from './storage-class.ts';
import type { RestoreRequest } from './plan-restore.ts';

/** What the cluster has of what a restore is about; undefined for what is not there. */
export interface Sources {
  readonly snapshot: StoredSnapshot | undefined;
  readonly data: SnapshotData | undefined;
  /** The claim whose volume was snapshotted. */
  readonly source: Claim | undefined;
  /** The claim that has the name of the new one already. */
  readonly existing: Claim | undefined;
  readonly classes: readonly StorageClass[];
}

export async function readSources(
  { namespace, snapshot: name, pvc }: RestoreRequest,
  context: SnapshotContext,
): Promise<Sources> {
  const { kube, signal, snapshots } = context;
  const findClaim = (claim: string): Promise<Claim | undefined> =>
    kube.find<Claim>(persistentVolumeClaims, { namespace, name: claim }, { signal });
  const [snapshot, existing, classes] = await Promise.all([
    snapshots.find({ namespace, name }, context),
    findClaim(pvc),
    Array.fromAsync(kube.list<StorageClass>(storageClasses, { signal })),
  ]);
  const claimName = snapshot && claimOf(snapshot);
  const [data, source] = await Promise.all([
    snapshot && snapshots.data(snapshot, context),
    claimName ? findClaim(claimName) : undefined,
  ]);
  return { snapshot, data, source, existing, classes };
}

/** A snapshot that was brought back knows its claim by our label only, if at all. */
function claimOf({ metadata, claim }: StoredSnapshot): string | undefined {
  return claim ?? metadata.labels?.[label.pvc];
}
