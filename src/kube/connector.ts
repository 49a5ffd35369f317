import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { buildConnector } from 'undici';
import type { TlsOptions } from './access.ts';
import { hostOf } from './proxy.ts';

export type Connector = buildConnector.connector;

const connectTimeoutMs = 10_000;

/**
 * Opens sockets to the API server, directly or through `proxy` by CONNECT.
 * HTTP and exec share it, so that both go the same way and trust the same certificates.
 */
export function createConnector(tls: TlsOptions, proxy: URL | undefined): Connector {
  if (proxy === undefined) return buildConnector({ ...tls, allowH2: false, timeout: connectTimeoutMs });
  return ({ hostname, protocol, port }, callback) => {
    const host = hostname.replaceAll(/^\[|\]$/g, '');
    const isSecure = protocol === 'https:';
    const connect = async (): Promise<Socket> => {
      const tunnel = await openTunnel(proxy, host, Number(port) || (isSecure ? 443 : 80));
      return isSecure ? secure(tunnel, host, tls) : tunnel;
    };
    void handOver(connect, callback);
  };
}

async function handOver(connect: () => Promise<Socket>, callback: Parameters<Connector>[1]): Promise<void> {
  let socket: Socket;
  try {
    socket = await connect();
  } catch (error) {
    return callback(error as Error, null);
  }
  callback(null, socket);
}

/** The error's code says that nothing was sent to the API server: a create may be repeated. */
function unreachable(message: string, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), { code: 'EHOSTUNREACH' });
}

function openTunnel(proxy: URL, host: string, port: number): Promise<Socket> {
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
      timeout: connectTimeoutMs,
    });
    const fail = (why: string, cause?: Error): void =>
      reject(unreachable(`proxy ${proxy.host}, asked for ${authority}: ${why}`, cause));
    connect.on('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      fail(`${answer.statusCode} ${answer.statusMessage}`);
    });
    connect.on('timeout', () => connect.destroy(new Error('no answer')));
    connect.on('error', (error) => fail(error.message, error));
    connect.end();
  });
}

function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

function secure(tunnel: Socket, host: string, tls: TlsOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const servername = tls.servername ?? (isIP(host) === 0 ? host : undefined);
    const socket = tlsConnect({
      ...tls,
      ...(servername !== undefined && { servername }),
      host,
      socket: tunnel,
      ALPNProtocols: ['http/1.1'],
    });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
