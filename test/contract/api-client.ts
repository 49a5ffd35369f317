import { text } from 'node:stream/consumers';
import { Agent, request, type Dispatcher } from 'undici';
import type { ClusterAccess, Credentials } from '../../src/kube/access.ts';
import { createKube } from '../../src/kube/client.ts';
import type { Kube } from '../../src/kube/kube.ts';
import { lines } from '../../src/kube/lines.ts';
import { systemClock, systemRandom } from '../../src/core/system.ts';
import type { Upstream } from '../../scripts/faults/upstream.ts';
import type { Answer, RawRequest, RawWatchEvent } from './server.ts';

/** The side of a ContractServer that talks with the API, for any server that a kubeconfig leads to. */
export class ApiClient implements AsyncDisposable {
  readonly kube: Kube;
  readonly upstream: Upstream;
  readonly #access: ClusterAccess;
  readonly #credentials: Credentials;
  /** With the administrator's certificate, if he has one, and without any. */
  readonly #agents: { readonly admin: Agent; readonly anybody: Agent };
  readonly #kubes: Kube[] = [];

  private constructor(access: ClusterAccess, credentials: Credentials) {
    const { ca } = credentials.tls;
    this.#access = access;
    this.#credentials = credentials;
    this.upstream = { server: access.server, ...credentials };
    this.#agents = {
      admin: new Agent({ connect: credentials.tls }),
      anybody: new Agent({ connect: { ca } }),
    };
    this.kube = this.#connect(access);
  }

  static async open(access: ClusterAccess): Promise<ApiClient> {
    return new ApiClient(access, await access.credentials());
  }

  kubeAs(token: string): Kube {
    const { ca } = this.#credentials.tls;
    const tls = ca === undefined ? {} : { ca };
    const credentials = { headers: { Authorization: `Bearer ${token}` }, tls };
    return this.#connect({ ...this.#access, credentials: () => Promise.resolve(credentials) });
  }

  async request(method: string, path: string, options: RawRequest = {}): Promise<Answer> {
    const { statusCode, body } = await this.#send(method, path, options);
    return { status: statusCode, body: parse(await text(body)) };
  }

  async *stream(path: string, signal: AbortSignal): AsyncGenerator<RawWatchEvent> {
    try {
      const { statusCode, body } = await this.#send('GET', path, {}, signal);
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${await text(body)}`);
      for await (const line of lines(body)) yield JSON.parse(line) as RawWatchEvent;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#kubes.map((kube) => kube.close()));
    await Promise.all(Object.values(this.#agents).map((agent) => agent.destroy()));
  }

  #connect(access: ClusterAccess): Kube {
    const kube = createKube({ access, clock: systemClock, random: systemRandom });
    this.#kubes.push(kube);
    return kube;
  }

  #send(
    method: string,
    path: string,
    { body, contentType = 'application/json', token }: RawRequest,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const headers =
      token === undefined
        ? this.#credentials.headers
        : token === ''
          ? {}
          : { Authorization: `Bearer ${token}` };
    return request(new URL(path, this.#access.server), {
      method,
      dispatcher: token === undefined ? this.#agents.admin : this.#agents.anybody,
      headers: { 'Content-Type': contentType, ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    });
  }
}

/** Some refusals are bare words. */
function parse(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return words;
  }
}
