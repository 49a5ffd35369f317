import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { buildConnector } from 'undici';
import { shown } from '../core/quoted.ts';
import type { Clock } from '../core/system.ts';
import type { TlsOptions } from './access.ts';
import { Deadline } from './deadline.ts';
import { hostOf } from './proxy.ts';

export type Connector = buildConnector.connector;

/** How long the whole of it may take: name, TCP, the proxy's answer and the TLS handshake. */
export const connectWithinMs = 15_000;

export interface ConnectorOptions {
  readonly clock: Clock;
  /** Aborted when nobody wants a connection any more: those that are being opened are thrown away. */
  readonly closed: AbortSignal;
}

/**
 * Opens sockets to the API server, directly or through `proxy` by CONNECT. One that is not open in time is destroyed,
 * wherever it has got stuck. HTTP and exec share it, so that both go the same way and trust the same certificates.
 */
export function createConnector(
  tls: TlsOptions,
  proxy: URL | undefined,
  { clock, closed }: ConnectorOptions,
): Connector {
  const open = proxy === undefined ? directly(tls) : through(proxy, tls);
  const openInTime = async (options: buildConnector.Options): Promise<Socket> => {
    using deadline = new Deadline(clock, connectWithinMs, closed, 'no connection');
    try {
      return await open(options, deadline.signal);
    } catch (error) {
      if (!deadline.signal.aborted) throw error;
      const by = proxy === undefined ? '' : `proxy ${proxy.host}, asked for `;
      const reason = deadline.signal.reason as Error;
      throw unreachable(`${by}${options.hostname}: ${reason.message}`, reason);
    }
  };
  return (options, callback) => void handOver(openInTime(options), callback);
}

async function handOver(opening: Promise<Socket>, callback: Parameters<Connector>[1]): Promise<void> {
  let socket: Socket;
  try {
    socket = await opening;
  } catch (error) {
    return callback(error as Error, null);
  }
  callback(null, socket);
}

/** Rejects, and leaves no socket behind, once the signal is aborted. */
type Open = (options: buildConnector.Options, signal: AbortSignal) => Promise<Socket>;

/** The connector of undici resumes TLS sessions; it returns the socket at once, which its types do not tell. */
function directly(tls: TlsOptions): Open {
  const connect = buildConnector({ ...tls, allowH2: false, timeout: 0 }) as (
    ...args: Parameters<Connector>
  ) => Socket | undefined;
  return (options, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect(options, (error, opened) => {
        signal.removeEventListener('abort', onAbort);
        if (opened) resolve(opened);
        else reject(error ?? new Error('no connection'));
      });
      const onAbort = (): void => void socket?.destroy(signal.reason as Error);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
}

function through(proxy: URL, tls: TlsOptions): Open {
  return async ({ hostname, protocol, port }, signal) => {
    const host = hostname.replaceAll(/^\[|\]$/g, '');
    const isSecure = protocol === 'https:';
    const tunnel = await openTunnel(proxy, host, Number(port) || (isSecure ? 443 : 80), signal);
    return isSecure ? secure(tunnel, host, tls, signal) : tunnel;
  };
}

/** The error's code says that nothing was sent to the API server: a create may be repeated. */
function unreachable(message: string, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), { code: 'EHOSTUNREACH' });
}

function openTunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const request = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const connect = request({
      method: 'CONNECT',
      host: hostOf(proxy),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: authority,
      headers: { Host: authority, ...proxyAuthorization(proxy) },
      agent: false,
      signal,
    });
    const fail = (why: string, cause?: Error): void =>
      reject(unreachable(`proxy ${proxy.host}, asked for ${authority}: ${why}`, cause));
    connect.on('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      fail(`${answer.statusCode} ${shown(answer.statusMessage ?? '')}`);
    });
    connect.on('error', (error) => fail(error.message, error));
    connect.end();
  });
}

function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

/** Without the signal, a proxy that forwards nothing would keep us in the handshake for ever. */
function secure(tunnel: Socket, host: string, tls: TlsOptions, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const servername = tls.servername ?? (isIP(host) === 0 ? host : undefined);
    const socket = tlsConnect({
      ...tls,
      ...(servername !== undefined && { servername }),
      host,
      socket: tunnel,
      ALPNProtocols: ['http/1.1'],
    });
    const onAbort = (): void => {
      reject(signal.reason as Error);
      socket.destroy();
      tunnel.destroy();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
