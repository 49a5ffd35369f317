import { isDeepStrictEqual } from 'node:util';
import { Agent } from 'undici';
import type { ClusterAccess, Credentials, TlsOptions } from './access.ts';
import { messageOf } from '../core/errors.ts';
import { sentence } from '../core/quoted.ts';
import { withoutSecrets } from '../core/without-secrets.ts';
import type { Clock } from '../core/system.ts';
import { createConnector } from './connector.ts';
import type { Connector } from './connector.ts';
import { KubeError } from './error.ts';

const noCredentials = { status: 0, reason: 'NoCredentials', retryable: false };

/** A burst of small calls shares these: each new one is a TLS handshake. */
const maximumConnections = 8;

export interface Connection {
  /** For calls that are answered and over. */
  readonly calls: Agent;
  /** For what is read as it comes: each has a connection to itself for minutes, of which no call must be in want. */
  readonly streams: Agent;
  readonly connector: Connector;
  readonly headers: Readonly<Record<string, string>>;
}

type Pools = Pick<Connection, 'calls' | 'streams' | 'connector'>;

/**
 * The keep-alive connections of all calls, and beside them those of streams. They are replaced when the certificates change
 * (a rotated CA, a new client certificate); the old ones finish what they have begun, long watches included, and close.
 */
export class Agents {
  readonly #access: ClusterAccess;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  #reading: Promise<Credentials> | undefined;
  #current: (Pools & { readonly tls: TlsOptions }) | undefined;

  constructor(access: ClusterAccess, clock: Clock) {
    this.#access = access;
    this.#clock = clock;
  }

  /** Reads token and certificates anew, as any of them may have rotated since the last call. */
  async connection(): Promise<Connection> {
    const { headers, tls } = await this.#credentials();
    const { calls, streams, connector } = this.#currentFor(tls);
    return { calls, streams, connector, headers };
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
        // Without the cause: a parser quotes what it stumbles over.
        `The credentials for the cluster cannot be read: ${sentence(withoutSecrets(messageOf(error)))}`,
        noCredentials,
      );
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  async close(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    this.#closed.abort(new Error('the client was closed'));
    await Promise.all([current?.calls.destroy(), current?.streams.destroy()]);
  }

  #currentFor(tls: TlsOptions): Pools {
    // Contents are compared rather than file times: KubeConfig has read the files anyway, and a
    // Secret's symlink swap keeps neither inode nor an increasing mtime.
    if (this.#current && isDeepStrictEqual(this.#current.tls, tls)) return this.#current;
    const old = this.#current;
    const options = { clock: this.#clock, closed: this.#closed.signal };
    const connector = createConnector(tls, this.#access.proxy, options);
    // The transport has deadlines of its own, on the injected clock.
    const shared = { connect: connector, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
    const calls = new Agent({ ...shared, connections: maximumConnections });
    this.#current = { tls, calls, streams: new Agent(shared), connector };
    void old?.calls.close();
    void old?.streams.close();
    return this.#current;
  }
}
