import type { Clock } from '../system.ts';
import { hasStatus, KubeError } from './error.ts';
import type { Kube } from './kube.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

const maximumAttempts = 4;

/**
 * Creates an object under a name that is its own. When the answer is lost on the way it looks for the name, and creates it
 * again only when it is not there: what it gives then is of that name, and may still be somebody else's.
 */
export async function createNamed<T extends KubeObject = KubeObject>(
  resource: Resource,
  manifest: KubeObject,
  { kube, clock, signal }: { kube: Kube; clock: Clock; signal: AbortSignal },
): Promise<T> {
  const { namespace, name = '' } = manifest.metadata;
  for (let attempt = 1; ; attempt++) {
    try {
      return await kube.create<T>(resource, manifest, { signal });
    } catch (error) {
      const mayBeOurs = attempt > 1 && hasStatus(error, 409) && error.reason === 'AlreadyExists';
      const mayHaveLanded = error instanceof KubeError && error.retryable;
      if (!mayBeOurs && !mayHaveLanded) throw error;
      const found = await kube.find<T>(resource, { namespace, name }, { signal });
      if (found) return found;
      if (attempt >= maximumAttempts) throw error;
      await clock.sleep(attempt * 1000, signal);
    }
  }
}
