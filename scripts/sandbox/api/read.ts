import type { KubeObject } from '../../../src/kube/object.ts';
import { objectOf, withoutKind, type Entry } from '../storage/entry.ts';
import { badRequest } from '../objects/api-error.ts';
import { sendJson, type Call } from './call.ts';
import { apiVersionOf } from '../objects/definition.ts';
import { selectionOf, type Selection } from './selection.ts';
import { isIncludeObject, tableOf } from '../tables/tables.ts';
import { serveWatch } from './watch.ts';

export function get(call: Call): void {
  const { api, info, definition } = call;
  send(call, 200, api.objects.get(definition, scope(call), info.name ?? ''));
}

export function list(call: Call): void {
  const { api, info, definition, answer } = call;
  const page = api.lists.page(definition, narrowed(call), {
    limit: limitOf(info.query),
    token: continueOf(info.query),
  });
  const metadata = {
    resourceVersion: page.resourceVersion,
    ...(page.continueToken !== undefined && { continue: page.continueToken }),
    ...(page.remaining !== undefined && { remainingItemCount: page.remaining }),
  };
  if (wantsTable(call)) {
    const table = tableMaker(call)(page.entries.map(objectOf), page.resourceVersion);
    return sendJson(answer, 200, JSON.stringify({ ...table, metadata }));
  }
  const head = JSON.stringify({
    kind: `${definition.kind}List`,
    apiVersion: apiVersionOf(definition),
    metadata,
  });
  const items = page.entries.map(definition.isCustom ? ({ json }) => json : withoutKind);
  sendJson(answer, 200, `${head.slice(0, -1)},"items":[${items.join(',')}]}`);
}

export function watch(call: Call): void {
  const { api, info, definition, answer } = call;
  const table = wantsTable(call) ? tableMaker(call) : undefined;
  const show = (entry: Entry) =>
    table ? JSON.stringify(table([objectOf(entry)], String(entry.resourceVersion))) : entry.json;
  serveWatch({ definition, selection: narrowed(call), query: info.query, show }, api.store, answer);
}

/** Answers with one object, in the form that the client asked for. */
export function send(call: Call, code: number, object: KubeObject): void {
  const { resourceVersion = '' } = object.metadata;
  const body = wantsTable(call) ? tableMaker(call)([object], resourceVersion) : object;
  sendJson(call.answer, code, JSON.stringify(body));
}

/** A namespace's own object lies in no namespace. */
export function scope({ info, definition }: Call): string | undefined {
  return definition.isNamespaced ? info.namespace : undefined;
}

/** The selection of the query; `watch` and `list` may also name one object in their path. */
export function narrowed(call: Call): Selection {
  const { info, definition } = call;
  return selectionOf(definition, scope(call), info.query);
}

function wantsTable({ headers }: Call): boolean {
  return (headers.accept ?? '').split(',')[0]?.includes('as=Table') ?? false;
}

/** Makes tables of what the client wants to see of objects. */
function tableMaker({ api, info, definition }: Call) {
  const include = info.query.get('includeObject') || 'Metadata';
  if (!isIncludeObject(include))
    throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
  return (objects: readonly KubeObject[], resourceVersion: string): object =>
    tableOf(definition, objects, api.clock.now(), resourceVersion, include);
}

function continueOf(query: URLSearchParams): string | undefined {
  const token = query.get('continue') || undefined;
  if (token === undefined || !query.get('resourceVersion')) return token;
  throw badRequest('specifying resource version is not allowed when using continue');
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '0';
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}
