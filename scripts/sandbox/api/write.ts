import type { KubeObject } from '../../../src/kube/object.ts';
import { objectOf } from '../storage/entry.ts';
import { ApiError, conflict, statusOf } from '../objects/api-error.ts';
import { sendJson, type Call } from './call.ts';
import { apiVersionOf } from '../objects/definition.ts';
import type { DeleteOptions } from '../objects/objects.ts';
import { snapshots } from '../objects/kinds.ts';
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

/** What no API server asks for: whoever deletes backups by our client says which ones it means, and as it has seen them. */
function requirePurpose({ definition, headers }: Call, { preconditions }: DeleteOptions): void {
  if (definition.group !== snapshots.group || headers['user-agent']?.startsWith('backup-ns') !== true) return;
  if (preconditions?.uid !== undefined && preconditions.resourceVersion !== undefined) return;
  throw new ApiError(
    500,
    'InternalError',
    `the sandbox: one of ${definition.plural} is deleted whatever it is`,
  );
}

export function remove(call: Call): void {
  const { api, info, definition, answer } = call;
  const options = deleteOptions(call);
  requirePurpose(call, options);
  const { object, isGone } = api.objects.delete(definition, scope(call), info.name ?? '', options);
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
