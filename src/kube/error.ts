import { STATUS_CODES } from 'node:http';
import { messageOf } from '../core/errors.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { sentence } from '../core/quoted.ts';
import { isStatus } from './object.ts';
import type { Status, StatusDetails } from './object.ts';

export interface KubeErrorFields {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The API server's reason (`NotFound`, `Conflict`, …), or one of ours: `NetworkError`, `Timeout`, `ExecNoStatus`… */
  readonly reason: string;
  /** The same call may well succeed later. */
  readonly retryable: boolean;
  readonly details?: StatusDetails | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** How long the server asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** The server certainly did nothing: a refused connection, or 429. Then even a create may be repeated. */
  readonly unsent?: boolean | undefined;
}

/** A failed call to the API server. `message` is the server's own words wherever it had any. */
export class KubeError extends Error implements KubeErrorFields {
  override readonly name = 'KubeError';
  readonly status: number;
  readonly reason: string;
  readonly retryable: boolean;
  readonly details: StatusDetails | undefined;
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly unsent: boolean;

  constructor(message: string, fields: KubeErrorFields, options?: { cause?: unknown }) {
    super(message, options);
    this.status = fields.status;
    this.reason = fields.reason;
    this.retryable = fields.retryable;
    this.details = fields.details;
    this.method = fields.method;
    this.path = fields.path;
    this.retryAfterMs = fields.retryAfterMs;
    this.unsent = fields.unsent ?? false;
  }
}

/** Whether `error` is a `KubeError` with this HTTP status, such as `hasStatus(error, 404)`. */
export function hasStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}

/** Whether an answer was larger than what is read of one: see `ApiRequest.maximumBytes`. */
export function isTooLarge(error: unknown): error is KubeError {
  return error instanceof KubeError && error.reason === tooLargeReason;
}

const tooLargeReason = 'AnswerTooLarge';
const unreadableReason = 'UnreadableObject';
const invalidNameReason = 'InvalidName';

/** Whether it is one object that cannot be read, for its size or for what it is: others can. */
export function isOfOneObject(error: unknown): error is KubeError {
  return isTooLarge(error) || (error instanceof KubeError && error.reason === unreadableReason);
}

/** An object that is not as the API server gives any: nothing is decided on half of one. `what` names it. */
export function errorFromObject(what: string, why: string, call?: Call): KubeError {
  const fields = { status: 200, reason: unreadableReason, retryable: false, ...call };
  return new KubeError(`${what} cannot be read: ${why}; see it with: kubectl get -o yaml`, fields);
}

/** Whether nothing was asked for, as it would have led elsewhere. */
export function isInvalidName(error: unknown): error is KubeError {
  return error instanceof KubeError && error.reason === invalidNameReason;
}

/** What cannot be a name, or a path made of names: it comes from what somebody has written. */
export function errorFromName(message: string): KubeError {
  return new KubeError(message, { status: 0, reason: invalidNameReason, retryable: false });
}

export function errorFromSize(call: Call, maximumBytes: number): KubeError {
  const fields = { status: 200, reason: tooLargeReason, retryable: false, ...call };
  return new KubeError(
    `${call.method} ${call.path}: the answer is larger than ${humanBytes(maximumBytes)}, which is all that is read of one; look for an object of that size there`,
    fields,
  );
}

export interface Call {
  readonly method: string;
  readonly path: string;
}

/** `retryAfter` is the header's value in seconds; the API server never sends the date form. */
export function errorFromAnswer(call: Call, status: number, body: string, retryAfter?: string): KubeError {
  const answer = parseStatus(body);
  const seconds = Number(retryAfter ?? answer?.details?.retryAfterSeconds);
  return new KubeError(wordsFrom(answer, status, body), {
    status,
    reason: reasonIn(answer) ?? reasonOf(status),
    retryable: isRetryableStatus(status),
    details: answer?.details,
    ...call,
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined,
    unsent: status === 429,
  });
}

/** For a `Status` that arrives inside a stream: a watch's ERROR event. */
export function errorFromStatus(call: Call, status: Status): KubeError {
  const code = Number.isInteger(status.code) ? (status.code ?? 500) : 500;
  return new KubeError(wordsFrom(status, code, ''), {
    status: code,
    reason: reasonIn(status) ?? reasonOf(code),
    retryable: isRetryableStatus(code),
    details: status.details,
    ...call,
  });
}

/** For everything below HTTP: refused, reset, half an answer, an untrusted certificate. */
export function errorFromNetwork(call: Call, cause: unknown): KubeError {
  const code = codeOf(cause);
  return new KubeError(
    `${call.method} ${call.path}: ${sentence(wordsOf(cause)) ?? ''}`,
    {
      status: 0,
      reason: isCertificateCode(code) ? 'Untrusted' : 'NetworkError',
      retryable: !isCertificateCode(code),
      ...call,
      unsent: unsentCodes.has(code),
    },
    { cause },
  );
}

function isRetryableStatus(status: number): boolean {
  return [429, 500, 502, 503, 504].includes(status);
}

const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** OpenSSL's verification results, as Node names them; repeating the call cannot help. */
function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_/.test(code);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? '' : codeOf(error.cause);
}

/** A refused connection to a name with two addresses is an AggregateError without words of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return messageOf(error) || codeOf(error);
}

function parseStatus(body: string): Status | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isStatus(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Also of a proxy that stands before the server, or of whoever is taken for it. */
function wordsFrom(answer: Status | undefined, status: number, body: string): string {
  const words = sentence(answer?.message) ?? sentence(answer ? '' : body);
  return words ?? `${status} ${STATUS_CODES[status] ?? 'without an explanation'}`;
}

/** One word, as all of them are. */
export function reasonIn(status: Status | undefined): string | undefined {
  const reason: unknown = status?.reason;
  return typeof reason === 'string' && /^[A-Za-z]{1,60}$/.test(reason) ? reason : undefined;
}

function reasonOf(status: number): string {
  return (STATUS_CODES[status] ?? `Status${status}`).replaceAll(/[^A-Za-z0-9]/g, '');
}
