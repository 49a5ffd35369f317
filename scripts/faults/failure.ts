import type { Status } from '../../src/kube/object.ts';

/** A `Status` as an API server words a refusal. */
export interface Failure extends Status {
  readonly apiVersion: 'v1';
  readonly code: number;
}

export interface FailureWords {
  /** Kubernetes' own for the code unless given. */
  readonly reason?: string;
  readonly message?: string;
  /** Whole seconds, as the API server's are. */
  readonly retryAfterSeconds?: number;
  /** Of the object that it is about: without it a 404 says nothing of any. */
  readonly name?: string;
}

/** `StatusReason` of k8s.io/apimachinery, where it is not the name that HTTP has for the code. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export function failure(
  code: number,
  { reason, message, retryAfterSeconds, name }: FailureWords = {},
): Failure {
  const details = {
    ...(name !== undefined && { name }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason: reason ?? reasons[code] ?? 'Unknown',
    message: message ?? `an injected fault says ${code}`,
    ...(Object.keys(details).length > 0 && { details }),
  };
}
