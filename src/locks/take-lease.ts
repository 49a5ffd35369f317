import type { Context } from '../context.ts';
import { createOnce } from '../kube/create-once.ts';
import { hasStatus, KubeError } from '../kube/error.ts';
import { leases } from '../kube/resources.ts';
import type { OwnerReference } from '../kube/object.ts';
import { holderOf, leaseName, noteAnnotation, takenBy, type Lease } from './lease.ts';

/** Who wants the lease of which namespace. */
export interface Claimant {
  readonly namespace: string;
  /** Of this run alone, so that what is held by it was taken by us. */
  readonly identity: string;
  /**
   * When all of them are gone, nothing of this run is left, and Kubernetes deletes the lease; empty for a lease that stays.
   * Each holder writes its own, so that none loses the lease by the end of another.
   */
  readonly owners: readonly OwnerReference[];
}

/** What the metadata says of owners. What the next run needs has to stay until then. */
export function ownersFor({ owners }: Claimant, isNeeded: boolean): OwnerReference[] | null {
  return isNeeded || owners.length === 0 ? null : [...owners];
}

/**
 * Takes the lease, provided that it still is as we have seen it (`undefined`: not there). Resolves to `undefined` when
 * somebody else was quicker. An answer that was lost on the way is found by reading again.
 */
export async function takeLease(
  seen: Lease | undefined,
  claimant: Claimant,
  context: Context,
): Promise<Lease | undefined> {
  const { namespace, identity } = claimant;
  const { kube, signal } = context;
  try {
    return seen ? await takeOver(seen, claimant, context) : await create(claimant, context);
  } catch (error) {
    const wasQuicker = hasStatus(error, 409) || (seen !== undefined && hasStatus(error, 404));
    if (!wasQuicker && !(error instanceof KubeError && error.retryable)) throw error;
    const found = await kube.find<Lease>(leases, { namespace, name: leaseName }, { signal });
    if (holderOf(found) === identity) return found;
    if (wasQuicker) return undefined;
    throw error;
  }
}

/** The note of the one before stays on it. */
function takeOver(seen: Lease, claimant: Claimant, { kube, clock, signal }: Context): Promise<Lease> {
  const { namespace, identity } = claimant;
  const { resourceVersion, annotations } = seen.metadata;
  const ownerReferences = ownersFor(claimant, annotations?.[noteAnnotation] !== undefined);
  const metadata = { resourceVersion, ownerReferences };
  const patch = { metadata, spec: takenBy(identity, seen, clock.now()) };
  return kube.patch<Lease>(leases, { namespace, name: leaseName }, patch, { signal });
}

function create(claimant: Claimant, context: Context): Promise<Lease> {
  const { namespace, identity } = claimant;
  const ownerReferences = ownersFor(claimant, false);
  const manifest: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: leaseName, namespace, ...(ownerReferences && { ownerReferences }) },
    spec: takenBy(identity, undefined, context.clock.now()),
  };
  return createOnce<Lease>(leases, manifest, (found) => holderOf(found) === identity, context);
}
