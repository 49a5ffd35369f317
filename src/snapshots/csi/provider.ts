import type { SnapshotProvider } from '../provider.ts';
import { deleteTogether, isGroupGone } from './delete-together.ts';
import { forDeletions, keptWords } from './deletion.ts';
import { discardGroups } from './discard-groups.ts';
import { examineCsi } from './examine.ts';
import { findUnfinished } from './finish-deletions.ts';
import { permissions, permissionsToRestore } from './permissions.ts';
import { deletionPolicies } from './deletion-policies.ts';
import { plan } from './plan.ts';
import { snapshotData } from './snapshot-data.ts';
import { csiStore } from './store.ts';
import { waitUntilReady } from '../taking/wait-until-ready.ts';
import { single } from './kind.ts';

/** Snapshots by the CSI driver of a volume: VolumeSnapshots, their contents, and groups of them. */
export const csi: SnapshotProvider = {
  ...csiStore,
  name: 'csi',
  unknownKind:
    'This cluster knows no VolumeSnapshots; install the CRDs and the controller of external-snapshotter, or choose another cluster with --context',
  permissions,
  permissionsToRestore,
  plan,
  waitUntilReady: (key, timeoutMilliseconds, context) =>
    waitUntilReady(single, key, timeoutMilliseconds, context),
  discardGroups,
  deletionPolicies,
  examine: examineCsi,
  deletions(context) {
    const ofDeletions = forDeletions(context);
    return {
      async deleteTogether(unit, isWanted) {
        const deleted = await deleteTogether(unit, isWanted, ofDeletions);
        return { wasThere: deleted.wasThere, note: keptWords(deleted) };
      },
      isGroupGone: (unit) => isGroupGone(unit, ofDeletions),
      findUnfinished: (namespaces) => findUnfinished(namespaces, ofDeletions),
    };
  },
  data: snapshotData,
  dataSource: (name) => ({ apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name }),
};
