import type { ProxySettings } from '../kube/proxy.ts';
import type { Environment } from '../settings/sources.ts';

/** The only place that looks at the process's own environment; everything else is given what it needs. */
export const processEnvironment: Environment = process.env;

/** In capitals or not, as curl and Go have it. */
export function proxySettings(environment: Environment): ProxySettings {
  const either = (name: string) => environment[name] ?? environment[name.toLowerCase()];
  return { httpProxy: either('HTTP_PROXY'), httpsProxy: either('HTTPS_PROXY'), noProxy: either('NO_PROXY') };
}

/** See no-color.org. */
export function wantsColour(environment: Environment): boolean {
  return !environment['NO_COLOR'];
}

/** The kubelet says it to every container. */
export function isInPod(environment: Environment): boolean {
  return Boolean(environment['KUBERNETES_SERVICE_HOST']);
}
