import { isDeepStrictEqual } from 'node:util';
import { Agent } from 'undici';
import type { ClusterAccess, Credentials, TlsOptions } from './access.ts';
import { messageOf } from '../errors.ts';
import { createConnector } from './connector.ts';
import type { Connector } from './connector.ts';
import { KubeError } from './error.ts';

const noCredentials = { status: 0, reason: 'NoCredentials', retryable: false };

/** A burst of small calls shares these: each new one is a TLS handshake. A watch keeps one to itself. */
const maximumConnections = 8;

export interface Connection {
  readonly agent: Agent;
  readonly connector: Connector;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One keep-alive Agent for all calls. It is replaced when the certificates change (a rotated CA, a new client
 * certificate); the old one finishes what it has begun, long watches included, and closes.
 */
export class Agents {
  readonly #access: ClusterAccess;
  #reading: Promise<Credentials> | undefined;
  #current: { tls: TlsOptions; agent: Agent; connector: Connector } | undefined;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** Reads token and certificates anew, as any of them may have rotated since the last call. */
  async connection(): Promise<Connection> {
    const { headers, tls } = await this.#credentials();
    const { agent, connector } = this.#currentFor(tls);
    return { agent, connector, headers };
  }

  /** A connection for a call that was refused (401) with the credentials of `refused`. */
  async newerThan(refused: Connection): Promise<Connection> {
    const present = await this.connection();
    // Many calls are refused at once when a token ends; the first of them has the source read again.
    if (!isDeepStrictEqual(present.headers, refused.headers)) return present;
    this.#access.refresh();
    this.#reading = undefined;
    return this.connection();
  }

  /** Calls that start together share one reading: it may run a plugin. */
  async #credentials(): Promise<Credentials> {
    const reading = (this.#reading ??= this.#access.credentials());
    try {
      return await reading;
    } catch (error) {
      throw new KubeError(
        `The credentials for the cluster cannot be read: ${messageOf(error)}`,
        noCredentials,
        {
          cause: error,
        },
      );
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  async close(): Promise<void> {
    await this.#current?.agent.destroy();
    this.#current = undefined;
  }

  #currentFor(tls: Credentials['tls']): { agent: Agent; connector: Connector } {
    // Contents are compared rather than file times: KubeConfig has read the files anyway, and a
    // Secret's symlink swap keeps neither inode nor an increasing mtime.
    if (this.#current && isDeepStrictEqual(this.#current.tls, tls)) return this.#current;
    const old = this.#current;
    const connector = createConnector(tls, this.#access.proxy);
    // The transport has deadlines of its own, on the injected clock.
    const agent = new Agent({
      connect: connector,
      connections: maximumConnections,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#current = { tls, agent, connector };
    void old?.agent.close();
    return this.#current;
  }
}
