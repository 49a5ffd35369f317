import type { Testbed } from '../../scripts/testbed.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import type { Kube } from '../../src/kube/kube.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { systemRandom } from '../../src/core/system.ts';
import { ApiClient } from '../contract/api-client.ts';
import type { Answer, ContractServer, RawRequest, RawWatchEvent } from '../contract/server.ts';
import type { Upstream } from '../../scripts/faults/upstream.ts';
import { forgetHistory } from './contract-history.ts';
import { clusterName, testbed, until } from './support.ts';

/** The cluster of the end-to-end tests, as a server under contract. */
export async function openRealServer(): Promise<ContractServer> {
  const bed = await testbed();
  const client = await ApiClient.open(loadClusterAccess({ kubeconfig: bed.kubeconfig }));
  return new RealServer(bed, client);
}

class RealServer implements ContractServer {
  readonly storageClass = 'hostdisk';
  readonly driver = 'hostdisk.csi.backup-ns.sh';
  readonly slowSnapshots = { readyDelay: '1s' };
  /** kind's node is out of reach: not there. */
  readonly forgetHistory?: () => Promise<void>;
  readonly #image: string;
  readonly #client: ApiClient;

  constructor({ images, provider }: Testbed, client: ApiClient) {
    this.#image = images.postgres.ref;
    this.#client = client;
    if (provider.kind === 'native') this.forgetHistory = () => this.#forgetHistory();
  }

  get kube(): Kube {
    return this.#client.kube;
  }

  get upstream(): Upstream {
    return this.#client.upstream;
  }

  kubeAs(token: string): Kube {
    return this.#client.kubeAs(token);
  }

  request(method: string, path: string, options?: RawRequest): Promise<Answer> {
    return this.#client.request(method, path, options);
  }

  stream(path: string, signal: AbortSignal): AsyncIterable<RawWatchEvent> {
    return this.#client.stream(path, signal);
  }

  podManifest(
    namespace: string,
    name: string,
    claims: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): KubeObject {
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name },
      spec: {
        terminationGracePeriodSeconds: 0,
        // The image's user, to whom the volumes shall belong.
        securityContext: { fsGroup: 999 },
        containers: [
          {
            name: 'main',
            image: this.#image,
            imagePullPolicy: 'Never',
            command: ['sh', '-c', 'trap : TERM; sleep infinity & wait'],
            env: Object.entries(env).map(([name, value]) => ({ name, value })),
            volumeMounts: claims.map((name) => ({ name, mountPath: this.mountPath(namespace, name) })),
          },
        ],
        volumes: claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
      },
    };
  }

  mountPath(_namespace: string, claim: string): string {
    return `/volumes/${claim}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }

  /** Ends once the controllers act again: a new namespace gets its certificates from one. */
  async #forgetHistory(): Promise<void> {
    await forgetHistory(clusterName, () => this.#canRead('/readyz'));
    const name = `contract-${systemRandom.id(8)}`;
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await this.request('POST', '/api/v1/namespaces', { body });
    const path = `/api/v1/namespaces/${name}`;
    await until('the controllers to act again', 60, async () => {
      return (await this.#canRead(`${path}/configmaps/kube-root-ca.crt`)) || undefined;
    });
    await this.request('DELETE', path);
  }

  async #canRead(path: string): Promise<boolean> {
    try {
      return (await this.request('GET', path)).status === 200;
    } catch {
      return false;
    }
  }
}
