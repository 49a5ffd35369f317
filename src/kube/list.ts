import type { Asked } from './require-asked.ts';
import { hasStatus, isTooLarge } from './error.ts';
import type { ListOptions } from './kube.ts';
import type { KubeObject } from './object.ts';
import { maximumPageBytes, nextPageSize, smallerPageSize } from './page-size.ts';
import { readPage } from './page.ts';
import type { Page } from './page.ts';
import { collectionPath } from './path.ts';
import type { Resource } from './resources.ts';
import type { Transport } from './transport.ts';

/** A server that expires every token before the next page is asked for would keep us here for ever. */
const maxRestarts = 10;
/** A page of 500 large objects from a busy server takes its time. */
const pageTimeoutMs = 60_000;

/** See `Reader.list`. */
export async function* list(transport: Transport, resource: Resource, options: ListOptions) {
  const seen = new Set<string | undefined>();
  for await (const { items } of pages(transport, resource, options)) {
    for (const item of items) {
      const { uid } = item.metadata;
      if (uid !== undefined && seen.has(uid)) continue;
      seen.add(uid);
      yield item;
    }
  }
}

export interface Snapshot {
  readonly items: KubeObject[];
  /** Where a watch continues from. */
  readonly resourceVersion: string;
}

/** The whole list at one resourceVersion: a list that starts again forgets what it had. */
export async function listAll(
  transport: Transport,
  resource: Resource,
  options: ListOptions,
): Promise<Snapshot> {
  let items: KubeObject[] = [];
  let resourceVersion = '';
  for await (const page of pages(transport, resource, options)) {
    if (page.restarted) items = [];
    for (const item of page.items) items.push(item);
    ({ resourceVersion } = page);
  }
  return { items, resourceVersion };
}

async function* pages(
  transport: Transport,
  resource: Resource,
  options: ListOptions,
): AsyncGenerator<Page & { readonly restarted: boolean }> {
  const path = collectionPath(resource, options.namespace);
  const asked = { ...resource, namespace: options.namespace };
  const { limit: maximum = 500 } = options;
  let size = maximum;
  let token: string | undefined;
  let restarts = 0;
  let restarted = false;
  for (;;) {
    try {
      const page = await requestPage(transport, path, asked, { ...options, limit: size }, token);
      yield { ...page, restarted };
      if (page.continueToken === undefined) return;
      restarted = false;
      token = page.continueToken;
      size = nextPageSize(size, page, maximum);
    } catch (error) {
      const smaller = isTooLarge(error) ? smallerPageSize(size) : undefined;
      if (smaller !== undefined) {
        size = smaller;
        continue;
      }
      if (!hasStatus(error, 410) || token === undefined || ++restarts > maxRestarts) throw error;
      token = undefined;
      restarted = true;
    }
  }
}

function requestPage(
  transport: Transport,
  path: string,
  asked: Asked,
  { labelSelector, fieldSelector, signal, limit }: ListOptions,
  token: string | undefined,
): Promise<Page> {
  const query = { limit, labelSelector, fieldSelector, continue: token };
  const limits = { timeoutMs: pageTimeoutMs, maximumBytes: maximumPageBytes };
  const request = { method: 'GET', path, query, signal, ...limits } as const;
  return transport.request(request, (call, body) => readPage(call, asked, body));
}
