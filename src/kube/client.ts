import { exec } from './exec/exec.ts';
import type { Kube, WatchEvent } from './kube.ts';
import { list } from './list.ts';
import { log } from './log.ts';
import type { KubeObject } from './object.ts';
import { apply, create, find, get, patch, remove } from './objects.ts';
import { serverTime } from './server-time.ts';
import { serverVersion } from './server-version.ts';
import { Transport } from './transport.ts';
import type { TransportOptions } from './transport.ts';
import { watch } from './watch.ts';

/** Connects to nothing yet: the first call does. */
export function createKube(options: TransportOptions): Kube {
  const transport = new Transport(options);
  return {
    namespace: options.access.namespace,
    get: (resource, key, { signal }) => get(transport, resource, key, signal),
    find: (resource, key, { signal }) => find(transport, resource, key, signal),
    list: <T extends KubeObject>(...args: Parameters<Kube['list']>) =>
      list(transport, ...args) as AsyncIterableIterator<T>,
    watch: <T extends KubeObject>(...args: Parameters<Kube['watch']>) =>
      watch(transport, ...args) as AsyncIterableIterator<WatchEvent<T>>,
    log: (settings) => log(transport, settings),
    create: (resource, manifest, settings) => create(transport, resource, manifest, settings),
    patch: (resource, key, body, settings) => patch(transport, resource, key, body, settings),
    apply: (resource, manifest, settings) => apply(transport, resource, manifest, settings),
    delete: (resource, key, settings) => remove(transport, resource, key, settings),
    serverTime: ({ signal }) => serverTime(transport, signal),
    serverVersion: ({ signal }) => serverVersion(transport, signal),
    exec: (settings) => exec(transport, settings),
    close: () => transport.close(),
  };
}
