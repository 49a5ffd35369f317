import { ApiError } from '../objects/api-error.ts';

/** What the API server refuses in the query of a watch; undefined when all is well. */
export function invalidWatch(query: URLSearchParams): ApiError | undefined {
  const since = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(since)) {
    const message = `Invalid value: "${since}": strconv.ParseUint: parsing "${since}": invalid syntax`;
    return new ApiError(400, 'BadRequest', `resourceVersion: ${message}`);
  }
  const isInitial = query.get('sendInitialEvents') === 'true';
  if (!isInitial || query.get('resourceVersionMatch') === 'NotOlderThan') return undefined;
  const why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  return new ApiError(
    422,
    'Invalid',
    `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: ${why}`,
  );
}
