import { UserError } from '../core/errors.ts';
import type { Abortable, Reader } from './kube.ts';
import { hasStatus } from './error.ts';
import { namespaces } from './resources.ts';

/**
 * For whoever has found nothing in a namespace: that there is none looks the same. Throws UserError 'preflight'; who may not look
 * at namespaces has to believe it.
 */
export async function requireNamespace(
  name: string,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<void> {
  try {
    if (await kube.find(namespaces, { name }, { signal })) return;
  } catch (error) {
    if (hasStatus(error, 403)) return;
    throw error;
  }
  throw new UserError(
    'preflight',
    `There is no namespace '${name}'; give one of these with -n: kubectl get namespaces`,
  );
}
