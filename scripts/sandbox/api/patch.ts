import { applyPatch as applyJsonPatch, Pointer, type Operation } from 'rfc6902';
import { isKubeObject, isRecord, type KubeObject } from '../../../src/kube/object.ts';
import { ApiError, badRequest, conflict, invalid } from '../objects/api-error.ts';
import { applyConfiguration, conflictMessage, conflictsOf } from '../patches/apply-patch.ts';
import { attributesOf, requireAllowed, type Call } from './call.ts';
import type { Definition } from '../objects/definition.ts';
import { mergePatch } from '../patches/merge-patch.ts';
import type { UpdateOptions } from '../objects/objects.ts';
import { scope } from './read.ts';
import { parseJson, parseObject } from './request-body.ts';
import { rulesOf } from '../objects/rules/rules-of.ts';
import { strategicMergePatch } from '../patches/strategic-patch.ts';

interface Patched {
  readonly object: KubeObject;
  readonly isNew: boolean;
}

export function patched(call: Call, options: UpdateOptions): Patched {
  const { definition, headers } = call;
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type === 'application/apply-patch+yaml') return applied(call, options);
  const patch = decodePatch(call.body, type === 'application/json-patch+json');
  switch (type) {
    case 'application/merge-patch+json':
      return changed(call, options, (current) => mergePatch(current, patch));
    case 'application/json-patch+json':
      return changed(call, options, (current) => jsonPatch(definition, current, patch));
    case 'application/strategic-merge-patch+json':
      if (definition.isCustom) break;
      return changed(call, options, (current) =>
        strategicMergePatch(current, patch as Record<string, unknown>),
      );
    default:
  }
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    definition.isCustom ? acceptedByCustom : '415: Unsupported Media Type',
  );
}

const acceptedByCustom =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

function changed(call: Call, options: UpdateOptions, change: (current: KubeObject) => unknown): Patched {
  const { api, info, definition } = call;
  const object = api.objects.update(
    definition,
    scope(call),
    info.name ?? '',
    (current) => requireShape(definition, requireObject(change(current))),
    options,
  );
  return { object, isNew: false };
}

function jsonPatch(definition: Definition, current: KubeObject, patch: unknown): KubeObject {
  const problem = (patch as Operation[])
    .flatMap((operation) => applyJsonPatch(current, [lenient(current, operation)]))
    .find((error) => error !== null);
  if (!problem) return current;
  const { name = '' } = current.metadata;
  throw new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request`, {
    name,
    kind: definition.plural,
    causes: [{ message: problem.message }],
  });
}

/** The API server adds what a replacement does not find. */
function lenient(current: KubeObject, operation: Operation): Operation {
  if (operation.op !== 'replace') return operation;
  const { parent, key, value } = Pointer.fromJSON(operation.path).evaluate(current);
  return value === undefined && isRecord(parent) && key !== '' ? { ...operation, op: 'add' } : operation;
}

function decodePatch(body: string, isList: boolean): unknown {
  try {
    const patch: unknown = JSON.parse(body);
    if (isList ? Array.isArray(patch) : isRecord(patch)) return patch;
  } catch {
    // Said below.
  }
  throw badRequest(`error decoding patch: it is not a JSON ${isList ? 'list' : 'object'}`);
}

function applied(call: Call, options: UpdateOptions): Patched {
  const { api, info, definition, body } = call;
  const { objects } = api;
  const manager = info.query.get('fieldManager');
  if (!manager) {
    const message = 'Required value: is required for apply patch';
    throw invalid({ group: 'meta.k8s.io', plural: '', kind: 'PatchOptions' }, '', [
      { field: 'fieldManager', reason: 'FieldValueRequired', message },
    ]);
  }
  if (!isKubeObject(parseJson(body))) throw badRequest('invalid object type: /, Kind=');
  const wanted = parseObject(body, definition);
  const current = objects.find(definition, scope(call), info.name ?? '');
  const object = current
    ? reapplied(call, current, wanted, manager, options)
    : createdByApply(call, wanted, options);
  if (!options.dryRun) objects.appliers.remember(object.metadata.uid ?? '', manager, wanted);
  return { object, isNew: !current };
}

function createdByApply(call: Call, wanted: KubeObject, options: UpdateOptions): KubeObject {
  const { api, info, user, definition } = call;
  const { uid } = wanted.metadata;
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(definition, info.name ?? '', why);
  }
  requireAllowed(api, { ...attributesOf(info, user), verb: 'create' });
  return api.objects.create(definition, scope(call), wanted, options);
}

function reapplied(
  call: Call,
  current: KubeObject,
  wanted: KubeObject,
  manager: string,
  options: UpdateOptions,
): KubeObject {
  const { api, info, definition } = call;
  const appliers = api.objects.appliers.of(current.metadata.uid ?? '');
  const others = new Map([...appliers].filter(([name]) => name !== manager));
  const conflicts = info.query.get('force') === 'true' ? [] : conflictsOf(others, current, wanted);
  if (conflicts.length > 0) {
    const causes = conflicts.map((one) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${JSON.stringify(one.manager)}`,
      field: one.field,
    }));
    throw new ApiError(409, 'Conflict', conflictMessage(conflicts), { causes });
  }
  const next = (present: KubeObject) =>
    applyConfiguration(present, appliers.get(manager), wanted, others.values());
  return api.objects.update(definition, scope(call), info.name ?? '', next, options);
}

function requireShape(definition: Definition, object: KubeObject): KubeObject {
  const misshape = rulesOf(definition).misshape?.(object);
  if (misshape === undefined) return object;
  throw invalid(definition, object.metadata.name ?? '', [
    { field: 'patch', reason: 'FieldValueInvalid', message: `Invalid value: ${misshape}` },
  ]);
}

function requireObject(value: unknown): KubeObject {
  if (isRecord(value) && isRecord(value.metadata)) return value as KubeObject;
  throw badRequest('the patch does not leave an object');
}
