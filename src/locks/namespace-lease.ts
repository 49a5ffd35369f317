import type { Context } from '../context.ts';
import { Deadline } from '../kube/deadline.ts';
import type { OwnerReference } from '../kube/object.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import { hasStatus } from '../kube/error.ts';
import { leases } from '../kube/resources.ts';
import { freeLease } from './free-lease.ts';
import { HeldLease, type TakenLease } from './held-lease.ts';
import { holderOf, leaseName, type Lease } from './lease.ts';
import { takeLease, type Claimant } from './take-lease.ts';
import { sayWhoHoldsIt, timedOut, untilFree, type LeaseWait } from './wait-for-lease.ts';

export interface NamespaceLeaseOptions extends LeaseWait {
  /** Who we are, for a person who finds it taken: `namespace/pod`. */
  readonly holder: string;
  /** See `Claimant`: in the same namespace, or Kubernetes takes them for gone; none. */
  readonly owners?: readonly OwnerReference[];
}

/**
 * Takes the Lease of the namespace: at once when it is free, else when its holder releases it or is dead. Rejects with a
 * UserError 'lock' at the timeout (0: a holder is not waited for), or when the API server does not let us, and with
 * `signal.reason` when aborted; nothing is held then.
 */
export async function acquireNamespaceLease(
  options: NamespaceLeaseOptions,
  context: Context,
): Promise<HeldLease> {
  const { namespace, holder, owners = [] } = options;
  const identity = `${holder}_${context.random.id(10)}`;
  const doing = `Taking the Lease '${leaseName}' in namespace '${namespace}'`;
  const [taken, claimant] = await explainFailure('lock', doing, () =>
    takeAsAllowed({ namespace, identity, owners }, options, context),
  );
  const { waitedMilliseconds } = taken;
  context.log.info({ namespace, lease: leaseName, waitedMilliseconds }, 'lease of the namespace taken');
  return new HeldLease(taken, claimant, context);
}

type Taken = Pick<TakenLease, 'lease' | 'sent'>;

/**
 * Some clusters let nobody name owners who may not delete the lease (OwnerReferencesPermissionEnforcement): it is taken without
 * them there, and stays. One that has those of somebody else already would not stay, and is not taken.
 */
async function takeAsAllowed(
  claimant: Claimant,
  wait: LeaseWait,
  context: Context,
): Promise<[TakenLease, Claimant]> {
  const start = context.clock.monotonic();
  try {
    return [await take(claimant, wait, context), claimant];
  } catch (error) {
    if (claimant.owners.length === 0 || !hasStatus(error, 403)) throw error;
    const ownerless = { ...claimant, owners: [] };
    // It may have waited by then: what is left of its time is for both.
    const waited = Math.round(context.clock.monotonic() - start);
    const timeoutMilliseconds = Math.max(0, wait.timeoutMilliseconds - waited);
    const taken = await take(ownerless, { ...wait, timeoutMilliseconds }, context);
    return [{ ...taken, waitedMilliseconds: waited + taken.waitedMilliseconds }, ownerless];
  }
}

async function take(claimant: Claimant, wait: LeaseWait, context: Context): Promise<TakenLease> {
  const start = context.clock.monotonic();
  const first = await tryToTake(claimant, undefined, context);
  const taken = 'lease' in first ? first : await takeInTurn(first.held, claimant, wait, context);
  return { ...taken, waitedMilliseconds: Math.round(taken.sent - start) };
}

/** Takes it when nobody holds it, or when it still has the resourceVersion that was found `dead`. */
async function tryToTake(
  claimant: Claimant,
  dead: string | undefined,
  context: Context,
): Promise<Taken | { readonly held: Lease }> {
  const { kube, clock, signal } = context;
  const key = { namespace: claimant.namespace, name: leaseName };
  for (;;) {
    const seen = await kube.find<Lease>(leases, key, { signal });
    const isDead = dead !== undefined && seen?.metadata.resourceVersion === dead;
    if (seen && holderOf(seen) !== undefined && !isDead) return { held: seen };
    const sent = clock.monotonic();
    const lease = await takeOrFree(seen, claimant, context);
    if (lease) return { lease, sent };
  }
}

/** What broke off may have been done all the same. */
async function takeOrFree(
  seen: Lease | undefined,
  claimant: Claimant,
  context: Context,
): Promise<Lease | undefined> {
  try {
    return await takeLease(seen, claimant, context);
  } catch (error) {
    await freeLease(claimant, context);
    throw error;
  }
}

/** All that wait see at once that it is free, and the API server lets one of them have it. */
async function takeInTurn(
  first: Lease,
  claimant: Claimant,
  wait: LeaseWait,
  context: Context,
): Promise<Taken> {
  if (wait.timeoutMilliseconds === 0) throw timedOut(first, wait);
  await wait.beforeWaiting?.();
  using deadline = new Deadline(
    context.clock,
    wait.timeoutMilliseconds,
    context.signal,
    'Nobody released it',
  );
  let held = first;
  using _reports = sayWhoHoldsIt(() => held, wait, context);
  try {
    for (;;) {
      const dead = await untilFree(held, (present) => (held = present), context, deadline);
      const next = await tryToTake(claimant, dead, context);
      if ('lease' in next) return next;
      ({ held } = next);
    }
  } catch (error) {
    if (context.signal.aborted || error !== deadline.signal.reason) throw error;
    throw timedOut(held, wait);
  }
}
