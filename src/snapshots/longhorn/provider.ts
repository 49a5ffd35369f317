import type { Permission } from '../../kube/check-permissions.ts';
import type { SnapshotProvider } from '../provider.ts';
import { waitUntilReady } from '../taking/wait-until-ready.ts';
import { deletions } from './deletions.ts';
import { examineLonghorn } from './examine.ts';
import { awaited } from './kind.ts';
import { plan } from './plan.ts';
import { longhornDriver, longhornNamespace } from './resources.ts';
import { longhornStore } from './store.ts';

const inLonghorn = (plural: string, ...verbs: string[]): Permission[] =>
  verbs.map((verb) => ({ verb, group: 'longhorn.io', plural, namespace: longhornNamespace }));

/** Snapshots by Longhorn itself, on its own volumes: they lie on the disks of the volume, and go with it. */
export const longhorn: SnapshotProvider = {
  ...longhornStore,
  name: 'longhorn',
  unknownKind:
    'This cluster knows no Snapshots of Longhorn; install it, or choose another cluster with --context',
  permissions: () => [
    { verb: 'get', group: '', plural: 'persistentvolumes' },
    ...inLonghorn('volumes', 'get'),
    ...inLonghorn('settings', 'get'),
    ...inLonghorn('snapshots', 'get', 'list', 'watch', 'create', 'patch'),
  ],
  permissionsToRestore: () => inLonghorn('snapshots', 'get'),
  plan,
  waitUntilReady: (key, timeoutMilliseconds, context) =>
    waitUntilReady(awaited, key, timeoutMilliseconds, context),
  discardGroups: () => Promise.resolve([]),
  deletionPolicies: () => Promise.resolve(new Map([['longhorn', 'Delete']])),
  examine: (_claims, context) => examineLonghorn(context),
  deletions,
  data: () => Promise.resolve({ driver: longhornDriver, deletionPolicy: 'Delete' }),
  /** A volume is made from a backup in Longhorn, and not by a `dataSource`. */
  dataSource: () => undefined,
};
