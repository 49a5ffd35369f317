import { label } from '../labels.ts';
import type { SnapshotStore } from '../provider.ts';
import { storedIn, waitsForNext } from './longhorn-snapshot.ts';
import { longhornNamespace, longhornSnapshots } from './resources.ts';
import { words } from './words.ts';

/**
 * Snapshots of Longhorn lie all in its own namespace; a label says which namespace each is of. One that only waits until the
 * engine may take it out is there no more.
 */
export const longhornStore: SnapshotStore = {
  words,
  resource: longhornSnapshots,

  async *list(selection, { kube, signal }) {
    const options = { ...selected(selection), signal };
    for await (const object of kube.list(longhornSnapshots, options)) {
      const snapshot = storedIn(object, selection.namespace);
      if (snapshot && !waitsForNext(object)) yield snapshot;
    }
  },

  async *watch(selection, { kube, signal }) {
    const options = { ...selected(selection), signal };
    for await (const event of kube.watch(longhornSnapshots, options)) {
      if (event.type === 'BOOKMARK') {
        yield { type: event.type };
        continue;
      }
      const snapshot = storedIn(event.object, selection.namespace);
      if (snapshot) yield { type: waitsForNext(event.object) ? 'DELETED' : event.type, snapshot };
    }
  },

  async find({ namespace, name }, { kube, signal }) {
    const object = await kube.find(longhornSnapshots, { namespace: longhornNamespace, name }, { signal });
    return object && !waitsForNext(object) ? storedIn(object, namespace) : undefined;
  },

  async patch({ name }, metadata, { kube, signal }) {
    await kube.patch(longhornSnapshots, { namespace: longhornNamespace, name }, { metadata }, { signal });
  },
};

function selected({ namespace, labelSelector }: Parameters<SnapshotStore['list']>[0]) {
  const ofNamespace = namespace === undefined ? label.namespace : `${label.namespace}=${namespace}`;
  return {
    namespace: longhornNamespace,
    labelSelector: [ofNamespace, labelSelector].filter(Boolean).join(','),
  };
}
