import type { Permission } from '../../kube/check-permissions.ts';
import type { WantedSnapshots } from '../provider.ts';

/** What taking snapshots cannot do without. A class that is named need not be looked for, which takes rights in the cluster. */
export function permissions(namespace: string, { group, className }: WantedSnapshots): readonly Permission[] {
  const snapshots = { group: 'snapshot.storage.k8s.io', plural: 'volumesnapshots', namespace };
  const mayBeNamed = className !== undefined && !group;
  return [
    ...(mayBeNamed ? [] : permissionsToFindClass),
    ...['get', 'list', 'watch', 'create', 'patch'].map((verb) => ({ verb, ...snapshots })),
    ...(group ? permissionsToGroup(namespace) : []),
  ];
}

/** A volume is made of it by the controllers, for which nobody else needs a right. */
export function permissionsToRestore(namespace: string): readonly Permission[] {
  const group = 'snapshot.storage.k8s.io';
  return [
    { verb: 'get', group, plural: 'volumesnapshots', namespace },
    { verb: 'get', group, plural: 'volumesnapshotcontents' },
  ];
}

const permissionsToFindClass: readonly Permission[] = [
  { verb: 'get', group: '', plural: 'persistentvolumes' },
  { verb: 'list', group: 'snapshot.storage.k8s.io', plural: 'volumesnapshotclasses' },
];

/**
 * For one group of snapshots: which PVCs it is of, and which class; a group that was left unfinished is deleted, unless
 * somebody else has its data.
 */
function permissionsToGroup(namespace: string): Permission[] {
  const group = 'groupsnapshot.storage.k8s.io';
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  return [
    { verb: 'list', group: '', plural: 'persistentvolumeclaims', namespace },
    { verb: 'list', group, plural: 'volumegroupsnapshotclasses' },
    ...['get', 'list'].flatMap((verb) => [
      { verb, group, plural: 'volumegroupsnapshotcontents' },
      { verb, group: 'snapshot.storage.k8s.io', plural: 'volumesnapshotcontents' },
    ]),
    ...verbs.map((verb) => ({ verb, group, plural: 'volumegroupsnapshots', namespace })),
  ];
}
