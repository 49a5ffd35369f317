import type { Context } from '../context.ts';
import { ProblemsError } from '../errors.ts';
import type { CreateSettings } from '../settings/create.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';
import { checkPermissions, type Permission } from './check-permissions.ts';

/** What `create` cannot do without. Events are not among it: it warns where it may not write them. */
export function permissionsToCreate(namespace: string, wish: PermissionWish): Permission[] {
  const core = { group: '', namespace };
  const snapshots = { group: 'snapshot.storage.k8s.io', plural: 'volumesnapshots', namespace };
  const leases = { group: 'coordination.k8s.io', plural: 'leases', namespace };
  return [
    { verb: 'get', plural: 'persistentvolumeclaims', ...core },
    { verb: 'get', group: '', plural: 'persistentvolumes' },
    { verb: 'list', group: 'snapshot.storage.k8s.io', plural: 'volumesnapshotclasses' },
    ...['get', 'list', 'watch', 'create', 'patch'].map((verb) => ({ verb, ...snapshots })),
    ...['get', 'list', 'watch', 'create', 'patch'].map((verb) => ({ verb, ...leases })),
    ...(wish.asGroup ? permissionsToGroup(namespace) : []),
    ...permissionsToExec(namespace, wish),
  ];
}

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

/** What a backup execs into, and how it takes its snapshots. */
export interface PermissionWish {
  /** The kinds by which pods are found. */
  readonly kinds: readonly ExecResource['kind'][];
  /** Whether pods are found by the volumes they mount. */
  readonly byVolume?: boolean;
  /** Whether the snapshots are to be one group. */
  readonly asGroup?: boolean;
}

function permissionsToExec(namespace: string, { kinds, byVolume = false }: PermissionWish): Permission[] {
  if (kinds.length === 0 && !byVolume) return [];
  const owners = (['deployment', 'statefulset'] as const).filter((kind) => kinds.includes(kind));
  const verbs = [
    kinds.includes('pod') && 'get',
    (byVolume || kinds.some((kind) => kind !== 'pod')) && 'list',
  ];
  return [
    ...owners.map((kind) => ({ verb: 'get', group: 'apps', plural: `${kind}s`, namespace })),
    ...verbs.filter((verb) => verb !== false).map((verb) => ({ verb, group: '', plural: 'pods', namespace })),
    // A WebSocket starts as a GET, and needs both since Kubernetes 1.35.
    ...['get', 'create'].map((verb) => ({ verb, group: '', plural: 'pods', subresource: 'exec', namespace })),
  ];
}

/** Throws UserError 'preflight' with all that the account may not do of what these settings need. */
export async function demandPermissions(
  namespace: string,
  { quiesce, ...settings }: CreateSettings,
  context: Context,
): Promise<void> {
  const databases = [settings.postgres, settings.mysql].map((database) => database?.execResource);
  const resources = [...databases, ...quiesce.hooks.map(({ resource }) => resource)];
  const kinds = resources.flatMap((resource) => (resource ? [resource.kind] : []));
  const byVolume = quiesce.method !== 'none';
  const asGroup = settings.snapshot.group !== undefined;
  const needed = permissionsToCreate(namespace, { kinds, byVolume, asGroup });
  const finding = await checkPermissions(needed, context);
  if ('problems' in finding) throw new ProblemsError('preflight', finding.problems);
}
