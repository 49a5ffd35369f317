import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadClusterAccess } from '../../src/kube/config.ts';
import { className, driver } from '../../scripts/sandbox/driver.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { ApiClient } from './api-client.ts';
import type { ContractServer } from './server.ts';
import { contractSuite } from './suite.ts';

contractSuite(async (): Promise<ContractServer> => {
  const sandbox = await openSandbox();
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig());
  const client = await ApiClient.open(loadClusterAccess({ kubeconfig }));
  const mountPath = (namespace: string, claim: string): string => sandbox.volume(namespace, claim);
  return {
    kube: client.kube,
    upstream: client.upstream,
    kubeAs: (token) => client.kubeAs(token),
    request: (method, path, options) => client.request(method, path, options),
    stream: (path, signal) => client.stream(path, signal),
    forgetHistory: () => Promise.resolve(sandbox.forgetHistory()),
    storageClass: className,
    driver,
    slowSnapshots: { readyDelay: '1s' },
    mountPath,
    podManifest: (namespace, name, claims = [], env = {}) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'main',
            image: 'this-machine',
            env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
            volumeMounts: claims.map((claim) => ({ name: claim, mountPath: mountPath(namespace, claim) })),
          },
        ],
        volumes: claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: claim } })),
      },
    }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
});
