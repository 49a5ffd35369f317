import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAuthority } from '../../certificates.ts';

export interface ApiServer {
  readonly kubeconfig: string;
  /** When the next first request arrives, by `performance.now()`. Call it before the client is started. */
  nextRequest(): Promise<number>;
  close(): void;
}

const forbidden = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Forbidden',
  message: 'a benchmark, which only wants to see the request',
  code: 403,
});

/** Looks like an API server until the first answer, which is always 403: then a client ends. */
export async function startApiServer(folder: string): Promise<ApiServer> {
  const { ca, cert, key } = createAuthority();
  const server = createServer({ cert, key }, (request, response) => {
    request.resume();
    response.writeHead(403, { 'content-type': 'application/json' }).end(forbidden);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(config((server.address() as AddressInfo).port, ca)));
  return {
    kubeconfig,
    nextRequest: () => once(server, 'request').then(() => performance.now()),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** JSON is YAML. A token, as in a pod: a client certificate would only cost the server time. */
function config(port: number, ca: string) {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(ca).toString('base64'),
  };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
  };
}
