import { isRecord } from '../../../src/kube/object.ts';
import { badRequest, invalid } from '../objects/api-error.ts';
import type { Definition } from '../objects/definition.ts';
import type { DeleteOptions } from '../objects/objects.ts';
import type { Call } from './call.ts';
import { parseJson } from './request-body.ts';

type Propagation = NonNullable<DeleteOptions['propagationPolicy']>;
const policies: readonly unknown[] = ['Background', 'Foreground', 'Orphan'] satisfies Propagation[];

/** What a delete is to do, as its query or its body says; the query wins. Throws ApiError. */
export function deleteOptions({ info, body, definition }: Call): DeleteOptions {
  const options = parseJson(body);
  if (!isRecord(options)) throw badRequest('the DeleteOptions are not an object');
  const given = (name: string): unknown => info.query.get(name) ?? options[name] ?? undefined;
  const propagationPolicy = given('propagationPolicy') ?? defaultPropagation(definition);
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy))
    throw unsupported(propagationPolicy);
  const grace = given('gracePeriodSeconds');
  const dryRun = options.dryRun ?? info.query.getAll('dryRun');
  return {
    preconditions: options.preconditions ?? {},
    ...(propagationPolicy !== undefined && { propagationPolicy: propagationPolicy as Propagation }),
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    dryRun: Array.isArray(dryRun) && dryRun.includes('All'),
  };
}

/** Jobs are older than the garbage collector, and their pods survive unless somebody wants otherwise. */
function defaultPropagation({ group, plural }: Definition): Propagation | undefined {
  return group === 'batch' && plural === 'jobs' ? 'Orphan' : undefined;
}

function unsupported(policy: unknown): Error {
  const supported = policies.map((known) => JSON.stringify(known)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: ${supported}`;
  return invalid({ group: 'meta.k8s.io', plural: '', kind: 'DeleteOptions' }, '', [
    { field: 'propagationPolicy', reason: 'FieldValueNotSupported', message },
  ]);
}
