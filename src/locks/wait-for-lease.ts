import { quoted, shown } from '../core/quoted.ts';
import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { Deadline } from '../kube/deadline.ts';
import type { Abortable } from '../kube/kube.ts';
import { leases } from '../kube/resources.ts';
import { waitFor } from '../kube/wait.ts';
import { reportEvery } from '../core/report-every.ts';
import { durationOf, holderOf, leaseName, type Lease } from './lease.ts';

const minute = 60_000;

export interface LeaseWait {
  readonly namespace: string;
  readonly timeoutMilliseconds: number;
  /** Done before it waits, if it has to; what it throws ends it. */
  readonly beforeWaiting?: () => Promise<void>;
}

/**
 * Waits until the lease is no more that of the holder it was `seen` with, and resolves to `undefined`; or until it was not
 * renewed for its duration, and resolves to the resourceVersion that then is dead. Only our own clock counts: the times
 * on it come from another machine's. `follow` is told of its states meanwhile.
 */
export async function untilFree(
  seen: Lease,
  follow: (held: Lease) => void,
  { kube, clock }: Context,
  { signal }: Abortable,
): Promise<string | undefined> {
  const { namespace, name = '' } = seen.metadata;
  let { resourceVersion } = seen.metadata;
  using silence = new Deadline(clock, durationOf(seen), signal, 'The lease was not renewed');
  const isFree = (present: Lease | undefined): boolean => {
    if (present?.metadata.resourceVersion !== resourceVersion) silence.touch();
    resourceVersion = present?.metadata.resourceVersion;
    if (!present || holderOf(present) !== holderOf(seen)) return true;
    follow(present);
    return false;
  };
  try {
    await waitFor<Lease>(kube, leases, { namespace, name }, isFree, silence);
    return undefined;
  } catch (error) {
    if (signal.aborted || error !== silence.signal.reason) throw error;
    return resourceVersion;
  }
}

/** Says who holds it, at once and then each minute, until it is disposed of. */
export function sayWhoHoldsIt(
  held: () => Lease,
  { namespace, timeoutMilliseconds }: LeaseWait,
  { log, clock }: Context,
): Disposable {
  const fields = () => ({ namespace, lease: leaseName, holder: holderOf(held()) });
  log.info(
    { ...fields(), timeoutMilliseconds },
    'another backup of this namespace is at work, waiting for its end',
  );
  const say = (waitedMilliseconds: number) =>
    log.info({ ...fields(), waitedMilliseconds }, 'still waiting for the other backup of this namespace');
  return reportEvery(say, clock, minute);
}

export function timedOut(held: Lease, { namespace, timeoutMilliseconds }: LeaseWait): UserError {
  const { acquireTime, renewTime } = held.spec ?? {};
  const since =
    acquireTime === undefined
      ? ''
      : `, since ${shown(acquireTime)}, last renewed ${shown(renewTime ?? 'never')}`;
  const ending =
    timeoutMilliseconds === 0 ? '' : ` and did not end within ${timeoutMilliseconds / 1000} seconds`;
  return new UserError(
    'lock',
    `Another backup of namespace '${namespace}' is at work${ending} (Lease '${leaseName}' is held by ${quoted(holderOf(held))}${since}); ` +
      'look whether it hangs, or spread the schedules; when it is dead, its lease is free ' +
      `${durationOf(held) / 1000} seconds after a waiting backup has first seen it`,
  );
}
