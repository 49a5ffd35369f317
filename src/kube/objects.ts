import { requireAsked, requirePlace } from './require-asked.ts';
import type { Asked } from './require-asked.ts';
import { KubeError } from './error.ts';
import type { ApplyOptions, CreateOptions, DeleteOptions, PatchOptions } from './kube.ts';
import { isNotThere, rethrowNamed } from './not-there.ts';
import { isKubeObject } from './object.ts';
import type { KubeObject } from './object.ts';
import { collectionPath, objectPath } from './path.ts';
import type { ObjectKey, Resource } from './resources.ts';
import type { ApiRequest, Query, Transport } from './transport.ts';

export async function get<T extends KubeObject>(
  transport: Transport,
  resource: Resource,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<T> {
  const request = { method: 'GET', path: objectPath(resource, key), signal } as const;
  return requestObject(transport, request, resource, key);
}

export async function find<T extends KubeObject>(
  transport: Transport,
  resource: Resource,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await get<T>(transport, resource, key, signal);
  } catch (error) {
    if (isNotThere(error, key.name)) return undefined;
    throw error;
  }
}

/** See `Writer.create`. */
export async function create<T extends KubeObject>(
  transport: Transport,
  resource: Resource,
  manifest: KubeObject,
  options: CreateOptions,
): Promise<T> {
  const { namespace, name } = manifest.metadata;
  const request = {
    method: 'POST',
    path: collectionPath(resource, namespace),
    query: writeQuery(options),
    body: manifest,
    signal: options.signal,
  } as const;
  return requestObject(transport, request, resource, { namespace, name });
}

/** See `Writer.patch`. */
export async function patch<T extends KubeObject>(
  transport: Transport,
  resource: Resource,
  key: ObjectKey,
  body: Readonly<Record<string, unknown>>,
  options: PatchOptions,
): Promise<T> {
  const request = {
    method: 'PATCH',
    path: objectPath(resource, key, options.subresource),
    query: writeQuery(options),
    body,
    contentType: 'application/merge-patch+json',
    signal: options.signal,
  } as const;
  return requestObject(transport, request, resource, key, options.subresource);
}

/** See `Writer.apply`. JSON is YAML, which is all that the content type asks for. */
export async function apply<T extends KubeObject>(
  transport: Transport,
  resource: Resource,
  manifest: KubeObject,
  options: ApplyOptions,
): Promise<T> {
  const { namespace, name = '' } = manifest.metadata;
  const request = {
    method: 'PATCH',
    path: objectPath(resource, { namespace, name }),
    query: { ...writeQuery(options), force: options.force },
    body: manifest,
    contentType: 'application/apply-patch+yaml',
    signal: options.signal,
  } as const;
  return requestObject(transport, request, resource, { namespace, name });
}

/** See `Writer.delete`. */
export async function remove(
  transport: Transport,
  resource: Resource,
  key: ObjectKey,
  options: DeleteOptions,
): Promise<void> {
  const request = {
    method: 'DELETE',
    path: objectPath(resource, key),
    body: deleteBody(options),
    signal: options.signal,
  } as const;
  try {
    await requestNamed(transport, request, resource);
  } catch (error) {
    if (!isNotThere(error, key.name)) throw error;
  }
}

function deleteBody(options: DeleteOptions): Record<string, unknown> {
  const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds, dryRun } = options;
  const hasPreconditions = uid !== undefined || resourceVersion !== undefined;
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    preconditions: hasPreconditions ? { uid, resourceVersion } : undefined,
    propagationPolicy,
    gracePeriodSeconds,
    dryRun: dryRun === true ? ['All'] : undefined,
  };
}

function writeQuery({ fieldManager, dryRun }: CreateOptions): Query {
  return { fieldManager, dryRun: dryRun === true ? 'All' : undefined };
}

async function requestObject<T extends KubeObject>(
  transport: Transport,
  request: ApiRequest,
  resource: Resource,
  key: Pick<Asked, 'namespace' | 'name'>,
  subresource?: string,
): Promise<T> {
  const answer = await requestNamed(transport, request, resource);
  const { method, path } = request;
  if (!isKubeObject(answer)) {
    const fields = { status: 200, reason: 'UnexpectedAnswer', retryable: false, method, path };
    throw new KubeError(`${method} ${path}: the answer is not an object`, fields);
  }
  // Whatever else the caller's key carries, such as the name of a group, is not of the resource.
  const asked = { ...resource, namespace: key.namespace, name: key.name };
  // A status is of its object's kind, a scale is not.
  if (subresource === 'scale') requirePlace({ method, path }, asked, answer.metadata);
  else requireAsked({ method, path }, asked, answer);
  return answer as T;
}

async function requestNamed(transport: Transport, request: ApiRequest, { kind }: Resource): Promise<unknown> {
  try {
    return await transport.request(request);
  } catch (error) {
    return rethrowNamed(error, { method: request.method, path: request.path }, kind);
  }
}
