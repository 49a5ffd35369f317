import type { Context } from '../context.ts';
import { ProblemsError } from '../core/errors.ts';
import type { CreateSettings } from './settings/create.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';
import { checkPermissions, type Permission } from '../kube/check-permissions.ts';
import { leaseName } from '../locks/lease.ts';

/** What `create` cannot do without. Events are not among it: it warns where it may not write them. */
export function permissionsToCreate(namespace: string, wish: PermissionWish): Permission[] {
  const core = { group: '', namespace };
  const snapshots = { group: 'snapshot.storage.k8s.io', plural: 'volumesnapshots', namespace };
  const leases = { group: 'coordination.k8s.io', plural: 'leases', namespace };
  const ofLease = { ...leases, name: leaseName };
  return [
    { verb: 'get', plural: 'persistentvolumeclaims', ...core },
    { verb: 'get', group: '', plural: 'persistentvolumes' },
    { verb: 'list', group: 'snapshot.storage.k8s.io', plural: 'volumesnapshotclasses' },
    ...['get', 'list', 'watch', 'create', 'patch'].map((verb) => ({ verb, ...snapshots })),
    // The API server knows no right to create an object of one name only.
    { verb: 'create', ...leases },
    ...['get', 'list', 'watch', 'patch'].map((verb) => ({ verb, ...ofLease })),
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
  /** By which pods are found. */
  readonly resources: readonly ExecResource[];
  /** Whether pods are found by the volumes they mount. */
  readonly byVolume?: boolean;
  /** Whether the snapshots are to be one group. */
  readonly asGroup?: boolean;
}

function permissionsToExec(namespace: string, { resources, byVolume = false }: PermissionWish): Permission[] {
  const namesOf = (kind: ExecResource['kind']): string[] => [
    ...new Set(resources.filter((resource) => resource.kind === kind).map(({ name }) => name)),
  ];
  const workloads = (['deployment', 'statefulset'] as const).flatMap((kind) =>
    namesOf(kind).map((name) => ({ verb: 'get', group: 'apps', plural: `${kind}s`, namespace, name })),
  );
  const pods = { group: '', plural: 'pods', namespace };
  const named = namesOf('pod').map((name) => ({ ...pods, name }));
  const isLookedFor = byVolume || resources.some(({ kind }) => kind !== 'pod');
  const targets = isLookedFor ? [pods] : named;
  return [
    ...workloads,
    ...named.map((pod) => ({ verb: 'get', ...pod })),
    ...(isLookedFor ? [{ verb: 'list', ...pods }] : []),
    // A WebSocket starts as a GET, and needs both since Kubernetes 1.35.
    ...targets.flatMap((pod) => ['get', 'create'].map((verb) => ({ verb, ...pod, subresource: 'exec' }))),
  ];
}

/** All that a backup of these settings cannot do without. */
export function permissionsFor(
  namespace: string,
  { quiesce, ...settings }: CreateSettings,
): readonly Permission[] {
  const databases = settings.databases.map(({ execResource }) => execResource);
  const hooks = quiesce.hooks.map(({ resource }) => resource);
  return permissionsToCreate(namespace, {
    resources: [...databases, ...hooks],
    byVolume: quiesce.method !== 'none',
    asGroup: settings.snapshot.group !== undefined,
  });
}

/** Throws UserError 'preflight' with all that the account may not do of what these settings need. */
export async function demandPermissions(
  namespace: string,
  settings: CreateSettings,
  context: Context,
): Promise<void> {
  const finding = await checkPermissions(permissionsFor(namespace, settings), context);
  if ('problems' in finding) throw new ProblemsError('preflight', finding.problems);
}
