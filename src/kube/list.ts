import { KubeError, hasStatus } from './error.ts';
import type { ListOptions } from './kube.ts';
import { isRecord } from './object.ts';
import type { KubeObject } from './object.ts';
import { collectionPath } from './resources.ts';
import type { Resource } from './resources.ts';
import type { Transport } from './transport.ts';

interface Page {
  readonly items: KubeObject[];
  readonly resourceVersion: string;
  /** The first page of a list that had to start again. */
  readonly restarted: boolean;
}

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
    items = page.restarted ? page.items : items.concat(page.items);
    ({ resourceVersion } = page);
  }
  return { items, resourceVersion };
}

async function* pages(transport: Transport, resource: Resource, options: ListOptions): AsyncGenerator<Page> {
  const path = collectionPath(resource, options.namespace);
  let token: string | undefined;
  let restarts = 0;
  let restarted = false;
  do {
    try {
      const answer = await requestPage(transport, path, options, token);
      yield { ...parsePage(path, answer), restarted };
      restarted = false;
      token = continueToken(answer);
    } catch (error) {
      if (!hasStatus(error, 410) || token === undefined || ++restarts > maxRestarts) throw error;
      token = undefined;
      restarted = true;
    }
  } while (token !== undefined || restarted);
}

function requestPage(transport: Transport, path: string, options: ListOptions, token: string | undefined) {
  const { labelSelector, fieldSelector, signal, limit = 500 } = options;
  const query = { limit, labelSelector, fieldSelector, continue: token };
  return transport.request({ method: 'GET', path, query, signal, timeoutMs: pageTimeoutMs });
}

/** Items of a list carry neither kind nor apiVersion; the list's own are theirs. */
function parsePage(path: string, answer: unknown): { items: KubeObject[]; resourceVersion: string } {
  if (!isRecord(answer) || !isRecord(answer.metadata) || !isListOfRecords(answer.items)) throw notAList(path);
  const kind = String(answer.kind).replace(/List$/, '');
  const apiVersion = String(answer.apiVersion);
  const { resourceVersion } = answer.metadata;
  return {
    items: answer.items.map((item) => ({ apiVersion, kind, ...item }) as KubeObject),
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
  };
}

function isListOfRecords(items: unknown): items is Record<string, unknown>[] {
  return Array.isArray(items) && items.every((item) => isRecord(item) && isRecord(item.metadata));
}

function continueToken(answer: unknown): string | undefined {
  const metadata = isRecord(answer) && isRecord(answer.metadata) ? answer.metadata : {};
  return typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined;
}

function notAList(path: string): KubeError {
  const fields = { status: 200, reason: 'UnexpectedAnswer', retryable: false, method: 'GET', path };
  return new KubeError(`GET ${path}: the answer is not a list`, fields);
}
