import type { RequestOptions } from 'node:https';
// The package's root would load every generated API model: 25 ms and 10 MB more in the bundle.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { UserError, messageOf } from '../core/errors.ts';
import { quoted, sentence } from '../core/quoted.ts';
import { withoutSecrets } from '../core/without-secrets.ts';
import type { ClusterAccess, Credentials, TlsOptions } from './access.ts';
import { parseProxy, proxyFor } from './proxy.ts';
import type { ProxySettings } from './proxy.ts';

export interface ClusterChoice {
  /** A kubeconfig file; without it KUBECONFIG, ~/.kube/config, then the pod's service account, as kubectl does. */
  readonly kubeconfig?: string | undefined;
  /** A context of the kubeconfig; without it the current one. */
  readonly context?: string | undefined;
  /** Used unless the kubeconfig's cluster has a `proxy-url` of its own. */
  readonly proxy?: ProxySettings | undefined;
}

/** Finds the cluster and the user. Throws UserError when there is no usable configuration. */
export function loadClusterAccess(choice: ClusterChoice = {}): ClusterAccess {
  let config = load(choice);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new UserError('settings', noCluster(config));
  const server = parseServer(cluster.server);
  return {
    server,
    proxy: checkProxy(
      cluster.proxyUrl
        ? parseProxy(cluster.proxyUrl, "that the kubeconfig's cluster has as its proxy-url")
        : proxyFor(server, choice.proxy ?? {}),
    ),
    namespace: config.getContextObject(config.currentContext)?.namespace?.trim() || 'default',
    credentials: () => credentialsOf(config),
    refresh: () => {
      config = load(choice);
    },
  };
}

/** The names of the contexts of the kubeconfig. Throws UserError when there is none. */
export function contextNames({ kubeconfig }: Pick<ClusterChoice, 'kubeconfig'>): string[] {
  return load({ kubeconfig }).contexts.map(({ name }) => name);
}

function load(choice: ClusterChoice): KubeConfig {
  const config = new KubeConfig();
  try {
    if (choice.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(choice.kubeconfig);
  } catch (error) {
    throw new UserError('settings', unreadable(error, choice));
  }
  if (isFallback(config)) throw new UserError('settings', nothingFound);
  if (choice.context !== undefined) chooseContext(config, choice.context);
  // KubeConfig refuses plain http unless told that nothing is verified, which is plain http's nature.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

/** Without the cause, and its first line only: a parser quotes what it stumbles over, which may be a token. */
function unreadable(error: unknown, { kubeconfig }: ClusterChoice): string {
  const where = kubeconfig === undefined ? 'The kubeconfig' : `The kubeconfig ${quoted(kubeconfig)}`;
  const [words] = withoutSecrets(messageOf(error)).split('\n');
  return `${where} cannot be read (${sentence(words) ?? 'it is no YAML'}); give another by KUBECONFIG or --kubeconfig`;
}

const nothingFound =
  'No cluster to talk to: there is no kubeconfig (KUBECONFIG, ~/.kube/config), and this is not a pod with a service account token; give a kubeconfig by KUBECONFIG or --kubeconfig';

/** With nothing found, KubeConfig falls back to localhost:8080, where nobody answers today. */
function isFallback(config: KubeConfig): boolean {
  return config.currentContext === 'loaded-context' && config.clusters[0]?.server === 'http://localhost:8080';
}

function chooseContext(config: KubeConfig, context: string): void {
  const known = config.contexts.map(({ name }) => name);
  if (!known.includes(context)) {
    const message = `The kubeconfig has no context '${context}'; choose one with --context: ${known.join(', ') || 'there is none'}`;
    throw new UserError('settings', message);
  }
  config.setCurrentContext(context);
}

function noCluster(config: KubeConfig): string {
  return config.currentContext
    ? `The kubeconfig's context '${config.currentContext}' names no cluster that it defines`
    : 'The kubeconfig has no current context; choose one with: kubectl config use-context NAME';
}

function parseServer(server: string): URL {
  const url = URL.parse(server);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new UserError(
    'settings',
    `The kubeconfig's server ${quoted(withoutSecrets(server))} is not an http or https URL`,
  );
}

function checkProxy(proxy: URL | undefined): URL | undefined {
  if (proxy === undefined || proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  const scheme = proxy.protocol.replace(':', '');
  throw new UserError(
    'settings',
    `The proxy ${proxy.host} speaks ${scheme}; only http and https proxies are supported`,
  );
}

/** KubeConfig reads certificates from disk here, runs exec plugins, and re-reads a token file that is a minute old. */
async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
  if (options.auth) headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return { headers, tls: tlsOf(options) };
}

function tlsOf(options: RequestOptions): TlsOptions {
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    ...(isPem(ca) && { ca }),
    ...(isPem(cert) && { cert }),
    ...(isPem(key) && { key }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  };
}

function isPem(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}
