import { KubeError } from '../kube/error.ts';

/** Something is not as it was when its change was planned, so that it is left as it is; the next run looks at it anew. */
export class LeftAlone extends Error {
  override readonly name = 'LeftAlone';
}

/**
 * Whether it is due to the object, or to whoever writes to it, that nothing was done to it: it was changed again and again
 * (409), or cannot be changed as it is (413 and 422: too large, or not valid). What the run may not do, and a server that
 * does not answer, is not.
 */
export function isOwnDoing(error: unknown): boolean {
  if (error instanceof KubeError) return [409, 413, 422].includes(error.status);
  return error instanceof LeftAlone;
}
