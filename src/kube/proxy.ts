import { BlockList, isIP } from 'node:net';
import { UserError } from '../core/errors.ts';

/** The values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY; a part that is not set is left out or empty. */
export interface ProxySettings {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

/**
 * The proxy that stands before `server`, by the rules of Go's `http.ProxyFromEnvironment`, as kubectl has them:
 * the scheme of the server chooses the variable, loopback is never proxied, and NO_PROXY takes names,
 * `.domain` suffixes, addresses, CIDR ranges (the usual way to spare the cluster's service range) and `*`,
 * each with an optional port. One decision serves both HTTP and exec.
 */
export function proxyFor(server: URL, settings: ProxySettings): URL | undefined {
  const proxy = server.protocol === 'https:' ? settings.httpsProxy : settings.httpProxy;
  if (proxy === undefined || proxy.trim() === '') return undefined;
  const host = hostOf(server);
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  if (isLoopback(host) || isSpared(host, port, settings.noProxy ?? '')) return undefined;
  return parseProxy(proxy.trim(), server.protocol === 'https:' ? 'of HTTPS_PROXY' : 'of HTTP_PROXY');
}

/**
 * Go accepts `proxy.example:3128` without a scheme, and so do the people who set these variables. `which` says whose it is.
 * Throws UserError 'settings'.
 */
export function parseProxy(value: string, which: string): URL {
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (url) return url;
  // It is not quoted: there may be a password in it, and nobody can tell where.
  throw new UserError('settings', `The proxy ${which} is not a URL; write it as http://proxy.example:3128`);
}

/** The host without the brackets of an IPv6 literal, in lower case, without a final dot. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isSpared(host: string, port: string, noProxy: string): boolean {
  return noProxy
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInRange(entry, host);
  const [name, entryPort] = splitPort(entry);
  if (entryPort !== undefined && entryPort !== port) return false;
  if (isIP(name) !== 0) return isInRange(`${name}/${isIP(name) === 4 ? 32 : 128}`, host);
  if (name.startsWith('.') || name.startsWith('*.')) return host.endsWith(name.replace(/^\*/, ''));
  return host === name || host.endsWith(`.${name}`);
}

function splitPort(entry: string): [name: string, port: string | undefined] {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  if (bracketed) return [bracketed[1] ?? '', bracketed[2]];
  const plain = /^([^:]+):(\d+)$/.exec(entry);
  return plain ? [plain[1] ?? '', plain[2]] : [entry, undefined];
}

function isInRange(range: string, host: string): boolean {
  const [network = '', prefix = ''] = range.split('/');
  const family = isIP(network);
  if (family === 0 || family !== isIP(host) || !/^\d+$/.test(prefix)) return false;
  if (Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), type);
  return list.check(host, type);
}
