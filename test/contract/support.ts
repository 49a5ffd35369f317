import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { collectionPath, objectPath } from '../../src/kube/path.ts';
import { namespaces, type Resource } from '../../src/kube/resources.ts';
import { systemRandom } from '../../src/core/system.ts';
import type { Answer, ContractServer, RawRequest } from './server.ts';

/** One topic's own namespace, made before its tests and deleted after them; requests go there, as the administrator. */
export class Place {
  readonly namespace: string;
  readonly #server: () => ContractServer;

  constructor(server: () => ContractServer, topic: string) {
    this.namespace = `contract-${topic}-${systemRandom.id(6)}`;
    this.#server = server;
    beforeAll(async () => {
      const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } };
      await this.create(namespaces, manifest);
    });
    afterAll(async () => {
      await this.delete(namespaces, this.namespace);
    });
  }

  get server(): ContractServer {
    return this.#server();
  }

  /** Of an object, or of the collection; `query` is encoded. */
  path(resource: Resource, name?: string, query: Query = {}, subresource?: string): string {
    const { namespace } = isClusterWide(resource) ? {} : this;
    const path =
      name === undefined
        ? collectionPath(resource, namespace)
        : objectPath(resource, { namespace, name }, subresource);
    const search = new URLSearchParams(query).toString();
    return search === '' ? path : `${path}?${search}`;
  }

  get(resource: Resource, name: string): Promise<Answer> {
    return this.server.request('GET', this.path(resource, name));
  }

  list(resource: Resource, query: Query = {}, options: RawRequest = {}): Promise<Answer> {
    return this.server.request('GET', this.path(resource, undefined, query), options);
  }

  post(resource: Resource, body: unknown, query: Query = {}): Promise<Answer> {
    return this.server.request('POST', this.path(resource, undefined, query), { body });
  }

  /** Gives the object; throws unless it was made. */
  async create(resource: Resource, manifest: KubeObject): Promise<Answer['body']> {
    const { status, body } = await this.post(resource, manifest);
    if (status !== 201) throw new Error(`create ${manifest.kind}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  put(resource: Resource, name: string, body: unknown, query: Query = {}): Promise<Answer> {
    return this.server.request('PUT', this.path(resource, name, query), { body });
  }

  patch(resource: Resource, name: string, body: unknown, how: PatchOptions = {}): Promise<Answer> {
    const { type = 'merge-patch+json', query, subresource } = how;
    const path = this.path(resource, name, query, subresource);
    return this.server.request('PATCH', path, { body, contentType: `application/${type}` });
  }

  /** Server-side apply. */
  apply(resource: Resource, manifest: KubeObject, fieldManager: string, query: Query = {}): Promise<Answer> {
    const name = manifest.metadata.name ?? '';
    return this.patch(resource, name, manifest, {
      type: 'apply-patch+yaml',
      query: { fieldManager, ...query },
    });
  }

  /** `options` are the fields of DeleteOptions. */
  delete(resource: Resource, name: string, options?: Record<string, unknown>): Promise<Answer> {
    const body = options && { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
    return this.server.request('DELETE', this.path(resource, name), { body });
  }

  deleteAll(resource: Resource, query: Query): Promise<Answer> {
    return this.server.request('DELETE', this.path(resource, undefined, query));
  }

  /** Waits until the object is as `isDone` wants it. */
  async untilIs(
    resource: Resource,
    name: string,
    isDone: (body: Answer['body']) => unknown,
  ): Promise<Answer['body']> {
    let last: Answer | undefined;
    return until(
      () => `${resource.plural} '${name}' to become what it should; it is ${JSON.stringify(last)}`,
      async () => {
        last = await this.get(resource, name);
        return last.status === 200 && isDone(last.body) ? last.body : undefined;
      },
    );
  }

  async untilGone(resource: Resource, name: string): Promise<void> {
    let last: Answer | undefined;
    await until(
      () => `${resource.plural} '${name}' to go; it is ${JSON.stringify(last)}`,
      async () => {
        last = await this.get(resource, name);
        return last.status === 404 || undefined;
      },
    );
  }
}

export type Query = Readonly<Record<string, string>>;

export interface PatchOptions {
  /** What follows `application/` in the content type; `merge-patch+json`. */
  readonly type?: string;
  readonly query?: Query;
  readonly subresource?: string;
}

const clusterWide = new Set([
  'namespaces',
  'nodes',
  'persistentvolumes',
  'storageclasses',
  'volumesnapshotclasses',
  'volumesnapshotcontents',
  'volumegroupsnapshotclasses',
  'volumegroupsnapshotcontents',
  'clusterroles',
  'clusterrolebindings',
]);

function isClusterWide({ plural }: Resource): boolean {
  return clusterWide.has(plural);
}

/** Asks again and again until the answer is not undefined; throws after 20 s. */
export async function until<T>(what: () => string, find: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited 20 s for ${what()}`);
    await delay(20);
  }
}

/** What an answer must match that is a Status of this failure; `message` is exact unless it is a matcher. */
export function refusal(status: number, reason: string, message: unknown = expect.any(String)): object {
  return { status, body: { kind: 'Status', status: 'Failure', code: status, reason, message } };
}

export function namesOf({ body }: Answer): string[] {
  return body.items.map((item: KubeObject) => item.metadata.name);
}
