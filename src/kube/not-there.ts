import { hasStatus, KubeError, type Call } from './error.ts';

const notServedReason = 'NotServed';

/**
 * Whether the API server itself says that there is no object of this name. A server that does not serve the kind says 404,
 * too, and so does whatever stands before it: they know nothing of the object, and what depends on it must not be deleted.
 */
export function isNotThere(error: unknown, name: string): error is KubeError {
  return hasStatus(error, 404) && error.details?.name === name;
}

/** Whether nobody has said anything of the object: see `rethrowNamed`. */
export function isNotServed(error: unknown): error is KubeError {
  return error instanceof KubeError && error.reason === notServedReason;
}

/** Throws the error of a call about one object; a 404 that names no object as one that is none, KubeError 'NotServed'. */
export function rethrowNamed(error: unknown, call: Call, kind: string): never {
  if (!hasStatus(error, 404) || error.details?.name !== undefined) throw error;
  const { method, path } = call;
  throw new KubeError(
    `${method} ${path}: nobody says whether there is such a ${kind} (${error.message}); see whether the cluster serves them with: kubectl api-resources, and what stands before the API server`,
    { status: 0, reason: notServedReason, retryable: false, method, path },
    { cause: error },
  );
}
