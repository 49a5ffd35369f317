import { badRequest, invalid } from '../objects/api-error.ts';

export interface WatchOptions {
  /** The resourceVersion to go on from; 0 when the present objects come first. */
  readonly since: number;
  readonly wantsPresent: boolean;
  /** To be told by a bookmark when the present objects have all come. */
  readonly wantsInitialEnd: boolean;
  readonly wantsBookmarks: boolean;
  readonly timeoutMs: number;
}

/** How long a watch lasts that does not say. */
const longestMs = 30 * 60_000;

/** What the query of a watch asks for. Throws ApiError. */
export function watchOptions(query: URLSearchParams): WatchOptions {
  const since = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(since)) {
    const why = `strconv.ParseUint: parsing "${since}": invalid syntax`;
    throw badRequest(`resourceVersion: Invalid value: "${since}": ${why}`);
  }
  const wantsInitial = query.get('sendInitialEvents') === 'true';
  if (wantsInitial && query.get('resourceVersionMatch') !== 'NotOlderThan') throw mismatch();
  return {
    since: Number(since),
    wantsPresent: wantsInitial || Number(since) === 0,
    wantsInitialEnd: wantsInitial,
    wantsBookmarks: query.get('allowWatchBookmarks') === 'true',
    timeoutMs: Math.min(Number(query.get('timeoutSeconds') || Infinity) * 1000, longestMs),
  };
}

function mismatch(): Error {
  const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  return invalid({ group: 'meta.k8s.io', plural: '', kind: 'ListOptions' }, '', [
    { field: 'resourceVersionMatch', reason: 'FieldValueForbidden', message },
  ]);
}
