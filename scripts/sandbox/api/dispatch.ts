import { answerReview, reviews } from '../access/reviews.ts';
import type { RequestInfo } from './request-info.ts';
import { ApiError, NoSuchPath } from '../objects/api-error.ts';
import { attributesOf, requireAllowed, sendJson, type Api, type Call } from './call.ts';
import { discover } from './discovery.ts';
import { openApi } from './open-api.ts';
import { serveLog } from './log.ts';
import { proxyToService } from './service-proxy.ts';
import { get, list, watch } from './read.ts';
import { parseJson } from './request-body.ts';
import { issueToken } from './token-request.ts';
import { create, patch, remove, removeCollection, update } from './write.ts';

const verbs: Readonly<Record<string, (call: Call) => void>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
};

const subresources: Readonly<Record<string, (call: Call) => void | Promise<void>>> = {
  'pods/log': serveLog,
  'services/proxy': proxyToService,
  'serviceaccounts/token': issueToken,
};

/** Answers one request of a user who is known. Throws ApiError. */
export async function dispatch(request: Omit<Call, 'definition'>): Promise<void> {
  const { api, info, user, answer, body } = request;
  const attributes = attributesOf(info, user);
  requireAllowed(api, attributes);
  if (!info.isResource) return sendNonResource(request);
  if (reviews[info.resource]?.group === info.group && info.verb === 'create') {
    const review = answerReview(info.resource, parseJson(body) as never, user, (asked) => api.may(asked));
    return sendJson(answer, 201, JSON.stringify(review));
  }
  const call = { ...request, definition: definitionFor(api, info) };
  const special = subresources[`${info.resource}/${info.subresource}`];
  if (special) return special(call);
  const verb = verbs[info.verb];
  if (!isServed(call)) throw nothingThere();
  if (!verb || !fits(info)) {
    const message = 'the server does not allow this method on the requested resource';
    throw new ApiError(405, 'MethodNotAllowed', message, {});
  }
  verb(call);
}

function sendNonResource({ api, info, answer }: Omit<Call, 'definition'>): void {
  if (['/healthz', '/livez', '/readyz'].includes(info.path)) {
    answer.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    return;
  }
  const found = discover(info.path, api.definitions) ?? openApi(info.path, api.definitions);
  if (!found) throw new NoSuchPath();
  sendJson(answer, 200, JSON.stringify(found));
}

export function definitionFor({ definitions }: Api, info: RequestInfo) {
  const definition = definitions.find(
    ({ group, version, plural }) =>
      group === info.group && version === info.version && plural === info.resource,
  );
  if (definition) return definition;
  const group = definitions.find((served) => served.group === info.group && served.version === info.version);
  // Whatever serves custom resources knows nothing of the others.
  throw !group || group.isCustom ? new NoSuchPath() : nothingThere();
}

function isServed({ info, definition }: Call): boolean {
  if (info.subresource !== undefined) return info.subresource === 'status' && definition.hasStatus;
  const isAcrossNamespaces = info.namespace === undefined;
  return !definition.isNamespaced || !isAcrossNamespaces || ['list', 'watch'].includes(info.verb);
}

/** What is created has no name in its path, and what is changed has one. */
function fits({ verb, name }: RequestInfo): boolean {
  if (verb === 'create') return name === undefined;
  return name !== undefined || !['update', 'patch'].includes(verb);
}

function nothingThere(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}
