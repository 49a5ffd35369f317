import type { KubeObject } from '../../../src/kube/object.ts';
import { objectOf } from '../storage/entry.ts';
import { ApiError, conflict, statusOf } from '../objects/api-error.ts';
import { sendJson, type Call } from './call.ts';
import { apiVersionOf } from '../objects/definition.ts';
import { deleteOptions } from './delete-options.ts';
import { patched } from './patch.ts';
import { narrowed, scope, send } from './read.ts';
import { parseObject } from './request-body.ts';

export function create(call: Call): void {
  const object = call.api.objects.create(
    call.definition,
    scope(call),
    parseObject(call.body, call.definition),
    dryRun(call),
  );
  send(call, 201, object);
}

export function update(call: Call): void {
  const { api, info, definition, body } = call;
  const wanted = parseObject(body, definition);
  const options = { ...dryRun(call), subresource: info.subresource };
  const change = (current: KubeObject): KubeObject => {
    const { uid } = wanted.metadata;
    if (uid && uid !== current.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`;
      throw conflict(definition, info.name ?? '', why);
    }
    if (wanted.metadata.resourceVersion || !definition.isCustom) return wanted;
    const message = 'metadata.resourceVersion: Invalid value: 0: must be specified for an update';
    throw new ApiError(
      422,
      'Invalid',
      `${definition.plural}.${definition.group} "${info.name}" is invalid: ${message}`,
    );
  };
  send(call, 200, api.objects.update(definition, scope(call), info.name ?? '', change, options));
}

export function patch(call: Call): void {
  const { object, isNew } = patched(call, { ...dryRun(call), subresource: call.info.subresource });
  send(call, isNew ? 201 : 200, object);
}

export function remove(call: Call): void {
  const { api, info, definition, answer } = call;
  const { object, isGone } = api.objects.delete(
    definition,
    scope(call),
    info.name ?? '',
    deleteOptions(call),
  );
  if (!isGone || definition.plural === 'pods') return send(call, 200, object);
  const { name, uid } = object.metadata;
  const details = {
    name,
    ...(definition.group && { group: definition.group }),
    kind: definition.plural,
    uid,
  };
  sendJson(answer, 200, JSON.stringify(statusOf({ status: 'Success', details: details as never })));
}

export function removeCollection(call: Call): void {
  const { api, definition, answer } = call;
  const page = api.lists.page(definition, narrowed(call), { limit: 0, token: undefined });
  const options = deleteOptions(call);
  const items = page.entries.map(objectOf);
  for (const { metadata } of items)
    api.objects.delete(definition, metadata.namespace, metadata.name ?? '', options);
  const { resourceVersion } = page;
  const list = {
    kind: `${definition.kind}List`,
    apiVersion: apiVersionOf(definition),
    metadata: { resourceVersion },
    items,
  };
  sendJson(answer, 200, JSON.stringify(list));
}

function dryRun({ info }: Call): { dryRun: boolean } {
  return { dryRun: info.query.getAll('dryRun').includes('All') };
}
