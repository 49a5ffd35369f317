import { LeftAlone } from '../../core/errors.ts';
import { isInvalidName, isOfOneObject, KubeError } from '../../kube/error.ts';

/**
 * Whether it is due to the object, or to whoever writes to it, that nothing was done to it: it was changed again and again
 * (409), cannot be changed as it is (413 and 422: too large, or not valid), cannot be read, or names what has no such name.
 * What the run may not do, and a server that does not answer, is not.
 */
export function isOwnDoing(error: unknown): boolean {
  if (!(error instanceof KubeError)) return error instanceof LeftAlone;
  return [409, 413, 422].includes(error.status) || isInvalidName(error) || isOfOneObject(error);
}
