import type { Context } from '../context.ts';
import { messageOf } from '../errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import type { Failure } from './in-parallel.ts';

export interface Found<Snapshot> {
  readonly snapshots: readonly Snapshot[];
  /** Namespaces that could not be read, of which nothing is in `snapshots`: half a volume would be misjudged. */
  readonly unread: readonly Failure[];
}

interface Scope {
  /** All of the cluster when undefined: then a list that fails is an error of its own. */
  readonly namespaces: readonly string[] | undefined;
  readonly labelSelector?: string;
}

/** What `read` takes of each snapshot, and no more: a hundred thousand of them fit into memory. */
export async function readSnapshots<Snapshot>(
  { namespaces, labelSelector }: Scope,
  read: (object: KubeObject) => Snapshot | undefined,
  context: Context,
): Promise<Found<Snapshot>> {
  const { kube, signal, log } = context;
  const readFrom = async (namespace?: string): Promise<Snapshot[]> => {
    const found: Snapshot[] = [];
    for await (const object of kube.list(volumeSnapshots, { namespace, labelSelector, signal })) {
      const snapshot = read(object);
      if (snapshot) found.push(snapshot);
    }
    return found;
  };
  if (!namespaces) return { snapshots: await readFrom(), unread: [] };

  const snapshots: Snapshot[] = [];
  const unread: Failure[] = [];
  for (const namespace of namespaces) {
    try {
      for (const snapshot of await readFrom(namespace)) snapshots.push(snapshot);
    } catch (error) {
      signal.throwIfAborted();
      log.error({ namespace, reason: messageOf(error) }, 'could not read the snapshots of the namespace');
      unread.push({ namespace, name: '*', error: messageOf(error) });
    }
  }
  return { snapshots, unread };
}
