import type { KubeObject, Status, StatusDetails } from '../../../src/kube/object.ts';
import type { Definition } from './definition.ts';

/** An answer that is not an object; its fields are those of a Kubernetes Status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: StatusDetails | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: StatusDetails,
    metadata: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  get status(): Status {
    const { code, reason, message, details, metadata } = this;
    return statusOf({
      metadata,
      status: 'Failure',
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    });
  }
}

export function statusOf(fields: Omit<Status, 'kind'> & { metadata?: object }): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, ...fields } as Status;
}

/** A path that nobody serves; the answer is not even a Status. */
export class NoSuchPath extends Error {}

/** `volumesnapshots.snapshot.storage.k8s.io`, `pods` */
export function qualified({ group, plural }: Pick<Definition, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

type Named = Pick<Definition, 'group' | 'plural' | 'kind'>;

function detailsOf({ group, plural }: Named, name: string): StatusDetails {
  return { name, ...(group && { group }), kind: plural };
}

export function notFound(definition: Named, name: string): ApiError {
  const message = `${qualified(definition)} "${name}" not found`;
  return new ApiError(404, 'NotFound', message, detailsOf(definition, name));
}

export function alreadyExists(definition: Named, { metadata }: KubeObject): ApiError {
  const { name = '', deletionTimestamp } = metadata;
  const prefix = deletionTimestamp === undefined ? '' : 'object is being deleted: ';
  const message = `${prefix}${qualified(definition)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, detailsOf(definition, name));
}

export function conflict(definition: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(definition)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, detailsOf(definition, name));
}

export function forbidden(
  definition: Named,
  name: string,
  why: string,
  causes?: StatusDetails['causes'],
): ApiError {
  const message = `${qualified(definition)} "${name}" is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, {
    ...detailsOf(definition, name),
    ...(causes && { causes }),
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** One thing that is wrong with an object; `reason` as Kubernetes has it, such as `FieldValueInvalid`. */
export interface Cause {
  readonly field: string;
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueForbidden'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported';
  readonly message: string;
}

export function invalid({ group, kind }: Named, name: string, causes: readonly Cause[]): ApiError {
  const words = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = words.length === 1 ? words[0] : `[${words.join(', ')}]`;
  const who = `${group === '' ? kind : `${kind}.${group}`} "${name}"`;
  return new ApiError(422, 'Invalid', `${who} is invalid: ${all}`, {
    name,
    ...(group && { group }),
    kind,
    causes: causes.map(({ field, reason, message }) => ({ reason, message, field })),
  });
}
