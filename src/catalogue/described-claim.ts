import { hasStatus } from '../kube/error.ts';
import { madeAtOf, type KubeObject } from '../kube/object.ts';
import { persistentVolumeClaims } from '../kube/resources.ts';
import { objectName } from '../settings/kubernetes-formats.ts';
import type { ProviderContext } from '../snapshots/provider.ts';
import type { SnapshotRow } from './snapshot-row.ts';

/**
 * What has become of the PVC that a snapshot is of: it is the `same`, `another` has its name, it is `gone`; `unknown` where the
 * snapshot does not say which it was, and `unseen` where one may not look.
 */
export type ClaimState = 'same' | 'another' | 'gone' | 'unknown' | 'unseen';

export interface DescribedClaim {
  readonly state: ClaimState;
  /** Of the one that has the name now. */
  readonly uid?: string | undefined;
}

const claimName = objectName('a PVC');

const longestLabel = 63;

export async function describedClaim(
  { namespace, pvc, pvcUid, createdAt }: SnapshotRow,
  { kube, signal }: ProviderContext,
): Promise<DescribedClaim> {
  // Whoever may write labels may write there what is no name.
  if (pvc === undefined || 'expected' in claimName.parse(pvc)) return { state: 'unknown' };
  try {
    const claim = await kube.find(persistentVolumeClaims, { namespace, name: pvc }, { signal });
    // A label has no more than that of a longer name.
    if (!claim) return { state: pvc.length === longestLabel ? 'unknown' : 'gone' };
    const { uid } = claim.metadata;
    return { state: stateOf(claim, pvcUid, createdAt), uid };
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    return { state: 'unseen' };
  }
}

/** One that is younger than the snapshot is another, also where the snapshot has no uid. */
function stateOf({ metadata }: KubeObject, pvcUid: string | undefined, createdAt: Date): ClaimState {
  if (pvcUid !== undefined) return metadata.uid === pvcUid ? 'same' : 'another';
  return madeAtOf({ metadata }) > createdAt.getTime() ? 'another' : 'unknown';
}
