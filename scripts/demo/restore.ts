import type { KubeObject } from '../../src/kube/object.ts';
import { claims } from '../../test/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { untilIs } from '../../test/support/sandbox-app.ts';
import { chapter, command, good, say } from './narrator.ts';
import type { Shop } from './shop.ts';
import { snapshotOfLastMonth } from './snapshots.ts';

/** Loses the orders, and brings those of a kept day back. Throws when they are not that day's. */
export async function loseAndRestore(
  sandbox: Sandbox,
  shop: Shop,
  stood: ReadonlyMap<string, string>,
): Promise<void> {
  chapter('A disaster, and nobody notices what went wrong weeks ago', `today: ${shop.orders()}`);
  shop.lose();

  const snapshot = snapshotOfLastMonth(sandbox, shop.app.namespace);
  const day = (snapshot.metadata.creationTimestamp ?? '').slice(0, 10);
  chapter(`A restore of ${day}, the first backup of its month`, `then: ${stood.get(day)}`);
  const restored = shop.restore(await claimFrom(sandbox, shop.app.namespace, snapshot));
  say(restored);
  if (restored !== stood.get(day))
    throw new Error(`The restored orders are not those of ${day}: ${stood.get(day)}`);
  good(`These are the orders of ${day}.`);
}

/** A PVC that starts with the content of the snapshot. Gives the folder of its volume. */
async function claimFrom(sandbox: Sandbox, namespace: string, snapshot: KubeObject): Promise<string> {
  const { objects } = sandbox;
  const name = 'restored';
  command(
    `kubectl apply -f restored.yaml   # a PersistentVolumeClaim, dataSource: ${snapshot.metadata.name}`,
  );
  objects.create(claims, namespace, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      dataSource: {
        apiGroup: 'snapshot.storage.k8s.io',
        kind: 'VolumeSnapshot',
        name: snapshot.metadata.name,
      },
    },
  });
  await untilIs(() => objects.find(claims, namespace, name), 'Bound');
  return sandbox.volume(namespace, name);
}
