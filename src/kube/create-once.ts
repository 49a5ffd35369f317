import type { Clock } from '../core/system.ts';
import { hasStatus, KubeError } from './error.ts';
import type { Abortable, Reader, Writer } from './kube.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

const maximumAttempts = 4;

/**
 * Creates the object. When the answer is lost on the way it looks for the name, and creates it again only when it is not
 * there. `isOurs` tells what we have made from what somebody else has made by that name, which is an AlreadyExists.
 */
export async function createOnce<T extends KubeObject>(
  resource: Resource,
  manifest: KubeObject,
  isOurs: (found: T) => boolean,
  { kube, clock, signal }: Abortable & { readonly kube: Reader & Writer; readonly clock: Clock },
): Promise<T> {
  const { namespace, name = '' } = manifest.metadata;
  for (let attempt = 1; ; attempt++) {
    try {
      return await kube.create<T>(resource, manifest, { signal });
    } catch (error) {
      const isThere = attempt > 1 && hasStatus(error, 409) && error.reason === 'AlreadyExists';
      const mayHaveLanded = error instanceof KubeError && error.retryable;
      if (!isThere && !mayHaveLanded) throw error;
      const found = await kube.find<T>(resource, { namespace, name }, { signal });
      if (found && isOurs(found)) return found;
      if (found) throw alreadyExists(resource, name);
      if (attempt >= maximumAttempts) throw error;
      await clock.sleep(attempt * 1000, signal);
    }
  }
}

/** In the words of the API server. */
function alreadyExists({ group, plural }: Resource, name: string): KubeError {
  const kind = group === '' ? plural : `${plural}.${group}`;
  const fields = { status: 409, reason: 'AlreadyExists', retryable: false };
  return new KubeError(`${kind} "${name}" already exists`, fields);
}
