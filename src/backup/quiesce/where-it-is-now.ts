import type { Context } from '../../context.ts';
import { messageOf } from '../../core/errors.ts';
import type { Finding } from '../../core/finding.ts';
import { KubeError } from '../../kube/error.ts';
import { withRetries } from '../../kube/retry.ts';
import type { Container } from '../../pods/pod.ts';

/** How long a pod may be away, or the API server, when an app is to be woken: it would sleep until the next backup. */
const limits = { attempts: Number.POSITIVE_INFINITY, totalMs: 30_000, baseMs: 500, capMs: 4000 };

export interface Whereabouts<Place> {
  /** Where it was when it was brought to rest; undefined for who only knows that an earlier run did so. */
  readonly was: Place | undefined;
  /** Looks for it anew. */
  find(): Promise<Finding<Place>>;
}

/**
 * Undoes something in the pod where it was done, and in the one that has taken its place meanwhile: a pod may be replaced,
 * its container start again. That which is there now counts; the old one does where there is no other. Tries again for
 * half a minute while neither can be reached. Throws a KubeError, or what `act` does.
 */
export async function doWhereItIsNow<Place extends { readonly container: Container }>(
  whereabouts: Whereabouts<Place>,
  act: (place: Place) => Promise<void>,
  { clock, random, signal, log }: Pick<Context, 'clock' | 'random' | 'signal' | 'log'>,
): Promise<void> {
  const { was } = whereabouts;
  const attempt = async (): Promise<void> => {
    const finding = await whereabouts.find();
    const now = 'found' in finding ? finding.found : undefined;
    if (now && (!was || now.container.pod === was.container.pod)) return act(now);
    const [old, fresh] = await Promise.allSettled([was && act(was), now && act(now)]);
    if (old.status === 'rejected' && now) {
      log.warn(
        { ...was?.container, reason: messageOf(old.reason) },
        'the pod was replaced, the old one cannot be woken',
      );
    }
    const counts = now ? fresh : old;
    if (counts.status === 'fulfilled' && (now ?? was)) return;
    if (counts.status === 'rejected' && !(counts.reason instanceof KubeError)) throw counts.reason;
    const reasons = 'problems' in finding ? finding.problems : [];
    throw counts.status === 'rejected' && reasons.length === 0 ? counts.reason : notThere(reasons);
  };
  await withRetries({ clock, random, limits, signal }, () => true, attempt);
}

function notThere(reasons: readonly string[]): KubeError {
  return new KubeError(reasons.join('; '), { status: 404, reason: 'NotFound', retryable: true });
}
