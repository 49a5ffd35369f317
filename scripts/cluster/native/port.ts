import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import type { ClusterPaths } from './paths.ts';

/** The loopback port at which the host finds the API: chosen once for a cluster, so that its kubeconfig stays true. */
export async function hostPort(paths: ClusterPaths): Promise<number> {
  if (existsSync(paths.port)) return Number(readFileSync(paths.port, 'utf8'));
  const port = await freePort();
  writeFileSync(paths.port, String(port));
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
