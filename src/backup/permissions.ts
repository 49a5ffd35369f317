import type { SnapshotContext, SnapshotProvider } from '../snapshots/provider.ts';
import { ProblemsError } from '../core/errors.ts';
import type { CreateSettings } from './settings/create.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';
import { checkPermissions, type Permission } from '../kube/check-permissions.ts';
import { leaseName } from '../locks/lease.ts';

/** What `create` cannot do without. Events are not among it: it warns where it may not write them. */
export function permissionsToCreate(
  namespace: string,
  wish: WantedAccess,
  ofSnapshots: readonly Permission[],
): Permission[] {
  const core = { group: '', namespace };
  const leases = { group: 'coordination.k8s.io', plural: 'leases', namespace };
  const ofLease = { ...leases, name: leaseName };
  return [
    { verb: 'get', plural: 'persistentvolumeclaims', ...core },
    ...ofSnapshots,
    // The API server knows no right to create an object of one name only.
    { verb: 'create', ...leases },
    ...['get', 'list', 'watch', 'patch'].map((verb) => ({ verb, ...ofLease })),
    ...permissionsToExec(namespace, wish),
  ];
}

/** What a backup execs into. */
export interface WantedAccess {
  /** By which pods are found. */
  readonly resources: readonly ExecResource[];
  /** Whether pods are found by the volumes they mount. */
  readonly byVolume: boolean;
}

function permissionsToExec(namespace: string, { resources, byVolume }: WantedAccess): Permission[] {
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
  provider: SnapshotProvider,
): readonly Permission[] {
  const databases = settings.databases.map(({ execResource }) => execResource);
  const hooks = quiesce.hooks.map(({ resource }) => resource);
  const wish = {
    resources: [...databases, ...hooks],
    byVolume: quiesce.method !== 'none',
  };
  return permissionsToCreate(namespace, wish, provider.permissions(namespace, settings.snapshot));
}

/** Throws UserError 'preflight' with all that the account may not do of what these settings need. */
export async function requirePermissions(
  namespace: string,
  settings: CreateSettings,
  context: SnapshotContext,
): Promise<void> {
  const finding = await checkPermissions(permissionsFor(namespace, settings, context.snapshots), context);
  if ('problems' in finding) throw new ProblemsError('preflight', finding.problems);
}
