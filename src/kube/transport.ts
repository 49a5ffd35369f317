import type { Dispatcher } from 'undici';
import type { Clock, Random } from '../core/system.ts';
import type { ClusterAccess } from './access.ts';
import { Agents } from './agents.ts';
import type { Connection } from './agents.ts';
import { quoted } from '../core/quoted.ts';
import { parseAnswer, readExplanation } from './answer.ts';
import { Deadline, orAborted } from './deadline.ts';
import {
  KubeError,
  errorFromAnswer,
  errorFromNetwork,
  errorFromSize,
  hasStatus,
  isTooLarge,
  errorFromName,
} from './error.ts';
import { defaultRetry, withRetries } from './retry.ts';
import type { Call } from './error.ts';
import type { RetryLimits } from './retry.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the API's root, such as `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly signal: AbortSignal;
  /** The longest silence of one attempt, before the answer and within it; 30 s. */
  readonly timeoutMs?: number | undefined;
  /** More than this of an answer is an error, KubeError 'AnswerTooLarge'; 8 MiB, several times what is stored of an object. */
  readonly maximumBytes?: number | undefined;
  /** Repeating it does no harm. Every method but POST, unless said otherwise. */
  readonly idempotent?: boolean | undefined;
}

export interface TransportOptions {
  readonly access: ClusterAccess;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry?: Partial<RetryLimits> | undefined;
  readonly userAgent?: string | undefined;
}

const defaultTimeoutMs = 30_000;
const defaultMaximumBytes = 8 * 1024 * 1024;

/** HTTP to one API server: credentials, deadlines, retries. JSON in, JSON out, nothing added or dropped. */
export class Transport {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: RetryLimits;
  readonly #access: ClusterAccess;
  readonly #agents: Agents;
  readonly #userAgent: string;

  constructor({ access, clock, random, retry, userAgent }: TransportOptions) {
    this.clock = clock;
    this.random = random;
    this.limits = { ...defaultRetry, ...retry };
    this.#access = access;
    this.#agents = new Agents(access, clock);
    this.#userAgent = userAgent ?? 'backup-ns';
  }

  /**
   * One call, repeated on 429, 5xx and network errors within `RetryLimits`. A call that is not idempotent is
   * repeated only when the server certainly did nothing with it: 429, or a connection that was never made.
   * Throws KubeError, or `signal.reason` when aborted.
   */
  request(request: ApiRequest): Promise<unknown>;
  /** With a reader of the body in place of the JSON parser; what it throws counts as the call's own. */
  request<T>(request: ApiRequest, read: (call: Call, body: Buffer) => T): Promise<T>;
  async request(request: ApiRequest, read = parseBody): Promise<unknown> {
    const idempotent = request.idempotent ?? request.method !== 'POST';
    return this.retrying(
      request.signal,
      (error) => error.retryable && (idempotent || error.unsent),
      async () => {
        using deadline = this.#deadline(request);
        const body = await this.#open(request, 'calls', deadline.signal);
        return read(callOf(request), await this.#read(request, body, deadline));
      },
    );
  }

  /** The value of a header of the answer, repeated as `request` is; undefined when it has none. The body is not looked at. */
  async header(request: ApiRequest, name: string): Promise<string | undefined> {
    return this.retrying(
      request.signal,
      (error) => error.retryable,
      async () => {
        using deadline = this.#deadline(request);
        const { body, headers } = await this.#answer(request, 'calls', deadline.signal);
        await this.#read(request, body, deadline);
        return [headers[name]].flat()[0];
      },
    );
  }

  /**
   * One attempt, for an answer that is read as it comes (a watch). Reading it throws whatever the socket throws;
   * the caller's signal ends both the wait and the reading. Leaving the iteration closes the connection.
   */
  async stream(request: ApiRequest): Promise<AsyncIterable<Buffer>> {
    return this.#open(request, 'streams', request.signal);
  }

  retrying<T>(
    signal: AbortSignal,
    mayRepeat: (error: KubeError) => boolean,
    attempt: () => Promise<T>,
  ): Promise<T> {
    const { clock, random, limits } = this;
    return withRetries({ clock, random, limits, signal }, mayRepeat, attempt);
  }

  /** Runs `attempt` with fresh credentials; once more after a 401, with newer ones. */
  async withConnection<T>(signal: AbortSignal, attempt: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await orAborted(this.#agents.connection(), signal);
    try {
      return await attempt(connection);
    } catch (error) {
      if (!hasStatus(error, 401)) throw error;
      return attempt(await orAborted(this.#agents.newerThan(connection), signal));
    }
  }

  /** Throws when the URL would lead elsewhere than the path says: a dot segment, a backslash, a `?` in it. */
  url(path: string, query: Query | URLSearchParams = {}): URL {
    const { server } = this.#access;
    const url = new URL(server);
    const wanted = server.pathname.replace(/\/$/, '') + path;
    url.pathname = wanted;
    if (url.pathname !== wanted) throw errorFromName(`${quoted(path)} is not the path of a request`);
    url.search = (query instanceof URLSearchParams ? query : searchParams(query)).toString();
    return url;
  }

  get userAgent(): string {
    return this.#userAgent;
  }

  /** Breaks off whatever is still under way. */
  close(): Promise<void> {
    return this.#agents.close();
  }

  #deadline(request: ApiRequest): Deadline {
    const what = `${request.method} ${request.path}: no answer`;
    return new Deadline(this.clock, request.timeoutMs ?? defaultTimeoutMs, request.signal, what);
  }

  async #open(
    request: ApiRequest,
    pool: 'calls' | 'streams',
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData['body']> {
    return (await this.#answer(request, pool, signal)).body;
  }

  #answer(
    request: ApiRequest,
    pool: 'calls' | 'streams',
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    return this.withConnection(signal, async (connection) => {
      const answer = await this.#dispatch(request, connection.headers, connection[pool], signal);
      if (answer.statusCode < 300) return answer;
      const retryAfter = answer.headers['retry-after'];
      const { words, isWhole } = await readExplanation(answer.body);
      // Half a 404 does not say of what there is none.
      if (answer.statusCode === 404 && !isWhole)
        throw errorFromNetwork(callOf(request), new Error('the answer was cut short'));
      throw errorFromAnswer(callOf(request), answer.statusCode, words, [retryAfter].flat()[0]);
    });
  }

  async #dispatch(
    request: ApiRequest,
    headers: Connection['headers'],
    agent: Connection['calls'],
    signal: AbortSignal,
  ) {
    const url = this.url(request.path, request.query);
    const hasBody = request.body !== undefined;
    try {
      signal.throwIfAborted();
      const answer = agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: {
          accept: 'application/json',
          'user-agent': this.#userAgent,
          ...headers,
          ...(hasBody && { 'content-type': request.contentType ?? 'application/json' }),
        },
        body: hasBody ? JSON.stringify(request.body) : null,
        signal,
      });
      // undici forgets a signal as long as the request waits for a connection, or for its turn.
      return await orAborted(answer, signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : errorFromNetwork(callOf(request), error);
    }
  }

  async #read(request: ApiRequest, body: AsyncIterable<Buffer>, deadline: Deadline): Promise<Buffer> {
    const { maximumBytes = defaultMaximumBytes } = request;
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of body) {
        deadline.touch();
        length += chunk.length;
        if (length > maximumBytes) throw errorFromSize(callOf(request), maximumBytes);
        chunks.push(chunk);
      }
    } catch (error) {
      if (isTooLarge(error)) throw error;
      throw deadline.signal.aborted ? deadline.signal.reason : errorFromNetwork(callOf(request), error);
    }
    return Buffer.concat(chunks);
  }
}

function parseBody(call: Call, body: Buffer): unknown {
  return parseAnswer(call, body.toString('utf8'));
}

export function searchParams(query: Query): URLSearchParams {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}

/** Method and path without the query, for messages. */
function callOf({ method, path }: ApiRequest): Call {
  return { method, path };
}
