import { volumeSnapshots } from '../../kube/resources.ts';
import type { SnapshotStore } from '../provider.ts';
import { stored } from './volume-snapshot.ts';
import { words } from './words.ts';

/** VolumeSnapshots as the API server has them. */
export const csiStore: SnapshotStore = {
  words,
  resource: volumeSnapshots,

  async *list(selection, { kube, signal }) {
    for await (const object of kube.list(volumeSnapshots, { ...selection, signal })) yield stored(object);
  },

  async *watch(selection, { kube, signal }) {
    for await (const event of kube.watch(volumeSnapshots, { ...selection, signal })) {
      yield event.type === 'BOOKMARK'
        ? { type: event.type }
        : { type: event.type, snapshot: stored(event.object) };
    }
  },

  async find({ namespace, name }, { kube, signal }) {
    const object = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    return object && stored(object);
  },

  async patch({ namespace, name }, metadata, { kube, signal }) {
    await kube.patch(volumeSnapshots, { namespace, name }, { metadata }, { signal });
  },
};
