import type { KubeObject } from '../kube/object.ts';

/** The one Lease of a namespace that its backups share. */
export const leaseName = 'backup-ns';

/** What the holder has to undo, if it dies before: see `HeldLease.note`. */
export const noteAnnotation = 'backup-ns.sh/quiesced';

export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string | undefined;
    readonly leaseDurationSeconds?: number | undefined;
    readonly acquireTime?: string | undefined;
    readonly renewTime?: string | undefined;
    readonly leaseTransitions?: number | undefined;
  };
}

/**
 * The holder renews every 10 s, and believes in its lease for 30 s after the last renewal it is sure of. The others wait
 * 40 s since the last one they have seen: the 10 s between are for what a clock is slower than another within 30 s, and
 * for what a holder does until it has stopped.
 */
export const leaseTimes = { renewMilliseconds: 10_000, holdMilliseconds: 30_000, durationSeconds: 40 };

/** `undefined` when nobody holds it: it was released, or there is none. */
export function holderOf(lease: Lease | undefined): string | undefined {
  return lease?.spec?.holderIdentity || undefined;
}

/** How long its holder may stay silent, as that holder has said. */
export function durationOf(lease: Lease): number {
  return (lease.spec?.leaseDurationSeconds ?? leaseTimes.durationSeconds) * 1000;
}

/** The fields of the one who takes it. */
export function takenBy(identity: string, before: Lease | undefined, now: Date): Lease['spec'] & object {
  const time = microTime(now);
  return {
    holderIdentity: identity,
    leaseDurationSeconds: leaseTimes.durationSeconds,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: before ? (before.spec?.leaseTransitions ?? 0) + 1 : 0,
  };
}

/** The API server takes no time of a Lease without its six digits of microseconds. */
export function microTime(now: Date): string {
  return now.toISOString().replace('Z', '000Z');
}
