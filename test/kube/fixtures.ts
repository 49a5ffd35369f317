import type { ClusterAccess } from '../../src/kube/access.ts';
import { createKube } from '../../src/kube/client.ts';
import type { Kube } from '../../src/kube/kube.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { TransportOptions } from '../../src/kube/transport.ts';
import { TestClock, evenRandom } from './test-clock.ts';

export function accessTo(server: URL, overrides: Partial<ClusterAccess> = {}): ClusterAccess {
  return {
    server,
    proxy: undefined,
    namespace: 'shop',
    credentials: () => Promise.resolve({ headers: { Authorization: 'Bearer secret' }, tls: {} }),
    refresh: () => {},
    ...overrides,
  };
}

export function kubeFor(server: URL, overrides: Partial<TransportOptions> = {}): Kube {
  return createKube({ access: accessTo(server), clock: new TestClock(), random: evenRandom, ...overrides });
}

/** A signal that nobody aborts. */
export function patient(): AbortSignal {
  return new AbortController().signal;
}

export function pod(name: string, resourceVersion: string, fields: Record<string, unknown> = {}): KubeObject {
  const metadata = { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion };
  return { apiVersion: 'v1', kind: 'Pod', metadata, ...fields };
}

export function podList(
  items: KubeObject[],
  resourceVersion: string,
  token?: string,
): Record<string, unknown> {
  const withoutKind = items.map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => item);
  return {
    apiVersion: 'v1',
    kind: 'PodList',
    metadata: { resourceVersion, continue: token },
    items: withoutKind,
  };
}

/** What a promise rejects with; fails when it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}

/** The first `count` values of an iterator that stays open. */
export async function take<T>(values: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const value of values) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}
