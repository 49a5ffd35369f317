import type { Context } from '../../context.ts';
import { createOnce } from '../../kube/create-once.ts';
import { errorFromObject } from '../../kube/error.ts';
import type { KubeObject } from '../../kube/object.ts';
import { label } from '../labels.ts';
import type { SnapshotRequest } from '../snapshot-method.ts';
import { named } from '../stored.ts';
import type { TakenKind } from '../taking/take-each.ts';
import { snapshotManifest, storedIn } from './longhorn-snapshot.ts';
import { longhornNamespace, longhornSnapshots } from './resources.ts';
import { longhornStore } from './store.ts';
import { words } from './words.ts';

/** Snapshots of Longhorn, as they are taken and waited for. Volumes are known by their PVC. */
export function kindFor(volumes: ReadonlyMap<string, string>): TakenKind {
  return {
    ...awaited,
    create(request, context) {
      const volume = volumes.get(request.pvc);
      if (volume === undefined) throw new Error(`PVC ${request.pvc} was not planned`);
      return createSnapshot(request, volume, context);
    },
  };
}

export const awaited: Omit<TakenKind, 'create'> = {
  kind: words.kind,
  resource: longhornSnapshots,
  placeOf: ({ name }) => ({ namespace: longhornNamespace, name }),
  read(object) {
    const snapshot = storedIn(object);
    const { name = '' } = object.metadata;
    if (snapshot) return snapshot;
    throw errorFromObject(
      named(words, { namespace: longhornNamespace, name }),
      'it lost the label of its namespace',
    );
  },
  store: longhornStore,
};

/** All namespaces share the names there, so one that is there is ours only when it says so. */
function createSnapshot(request: SnapshotRequest, volume: string, context: Context): Promise<KubeObject> {
  const isOurs = ({ metadata, spec }: KubeObject): boolean =>
    metadata.labels?.[label.namespace] === request.namespace &&
    metadata.labels[label.backup] === request.labels[label.backup] &&
    (spec as { volume?: unknown } | undefined)?.volume === volume;
  return createOnce(longhornSnapshots, snapshotManifest(request, volume), isOurs, context);
}
