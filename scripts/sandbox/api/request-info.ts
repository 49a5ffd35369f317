/** What a request to an API server asks for; `RequestInfo` in the API server's own words. */
export interface RequestInfo {
  /** get, list, watch, create, update, patch, delete, deletecollection; the method in small letters for other paths. */
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** False for `/version`, `/apis` and the like; the fields below are then empty. */
  readonly isResource: boolean;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, such as `pods`. */
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** `url` is the request's target: path and query. */
export function requestInfo(method: string, url: string): RequestInfo {
  const { pathname: path, searchParams: query } = new URL(url, 'http://any');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const place = resourcePlace(parts);
  if (!place) {
    const nothing = { group: '', version: '', resource: '', subresource: undefined };
    return {
      verb: method.toLowerCase(),
      path,
      query,
      isResource: false,
      ...nothing,
      namespace: undefined,
      name: undefined,
    };
  }
  return { verb: verbOf(method, query, place.name), path, query, isResource: true, ...place };
}

function resourcePlace(parts: readonly string[]) {
  const [root, ...rest] = parts;
  const group = root === 'apis' ? rest.shift() : '';
  const version = rest.shift();
  if ((root !== 'api' && root !== 'apis') || group === undefined || !version || rest.length === 0)
    return undefined;
  // A namespace's own object and its subresources are addressed as if they lay in it.
  const isScoped =
    rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '');
  const namespace = isScoped ? rest[1] : undefined;
  const [resource = '', name, subresource] = isScoped ? rest.slice(2) : rest;
  const ownNamespace = resource === 'namespaces' ? name : namespace;
  return { group, version, resource, name, subresource, namespace: ownNamespace };
}

function verbOf(method: string, query: URLSearchParams, name: string | undefined): string {
  const verb = verbs[method] ?? method.toLowerCase();
  if (verb === 'get' && ['true', '1'].includes(query.get('watch') ?? '')) return 'watch';
  if (name !== undefined) return verb;
  if (verb === 'get') return 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}
