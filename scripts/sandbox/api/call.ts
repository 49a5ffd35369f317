import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestInfo } from './request-info.ts';
import { denial, type Attributes, type User } from '../access/authorize.ts';
import { ApiError } from '../objects/api-error.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Clock } from '../../../src/core/system.ts';
import type { Store } from '../storage/store.ts';
import type { Definition } from '../objects/definition.ts';
import type { Lists } from './lists.ts';
import type { Objects } from '../objects/objects.ts';

/** What every request is answered from. */
export interface Api {
  readonly clock: Clock;
  readonly store: Store;
  readonly objects: Objects;
  readonly lists: Lists;
  readonly tokens: Tokens;
  readonly definitions: readonly Definition[];
  /** What RBAC says. */
  may(attributes: Attributes): boolean;
  /** Why it says no, beyond that nobody says yes. */
  missingRoles(attributes: Attributes): string[];
  readonly kubelet: Kubelet;
  /** What answers behind a service, by NAMESPACE/NAME:PORT. */
  readonly services: Map<string, Service>;
}

/** A server in the cluster that speaks JSON. */
export type Service = (request: ServiceRequest) => { readonly status: number; readonly body: unknown };

export interface ServiceRequest {
  readonly method: string;
  /** Behind the service, with a slash in front. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What runs the pods. */
export interface Kubelet {
  /** Streams the log of a pod's container; throws ApiError when there is none. */
  log(
    pod: { namespace: string; name: string },
    query: URLSearchParams,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Buffer>>;
}

/** One request that its user may make, of a resource that is served. */
export interface Call {
  readonly api: Api;
  readonly info: RequestInfo;
  readonly user: User;
  readonly definition: Definition;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly answer: ServerResponse;
}

export function attributesOf(info: RequestInfo, user: User): Attributes {
  const { verb, group, resource, subresource, namespace, path, isResource } = info;
  const name = info.name ?? selectedName(info);
  return { user, verb, group, resource, subresource, namespace, name, path: isResource ? undefined : path };
}

/** A list or watch that selects one object by its name is authorized as if it were for this one alone. */
function selectedName({ verb, query }: RequestInfo): string | undefined {
  if (verb !== 'list' && verb !== 'watch') return undefined;
  return /(?:^|,)metadata\.name==?([^,!=]+)/.exec(query.get('fieldSelector') ?? '')?.[1];
}

/** Throws ApiError 403. */
export function requireAllowed(api: Api, attributes: Attributes): void {
  if (api.may(attributes)) return;
  const { group, resource, name, path } = attributes;
  const details = { ...(name !== undefined && { name }), ...(group && { group }), kind: resource };
  throw new ApiError(
    403,
    'Forbidden',
    denial(attributes, api.missingRoles(attributes)),
    path === undefined ? details : {},
  );
}

export function sendJson(
  answer: ServerResponse,
  code: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  const bytes = Buffer.from(body);
  answer
    .writeHead(code, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers })
    .end(bytes);
}
