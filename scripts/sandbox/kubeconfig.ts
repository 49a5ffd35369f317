import { dump } from 'js-yaml';

export interface Identity {
  readonly server: URL;
  /** PEM; left out for a server that speaks plain http. */
  readonly ca?: string | undefined;
  readonly token: string;
  readonly namespace: string;
}

/** A kubeconfig, as YAML. */
export function kubeconfigOf({ server, ca, token, namespace }: Identity): string {
  const cluster = {
    server: server.href,
    ...(ca !== undefined && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
  };
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    clusters: [{ name: 'sandbox', cluster }],
    users: [{ name: 'sandbox', user: { token } }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace } }],
  });
}
