import { UserError } from '../../core/errors.ts';
import { missingRights, type Permission } from '../../kube/check-permissions.ts';
import { leaseName } from '../../locks/lease.ts';
import type { SnapshotContext, SnapshotProvider } from '../../snapshots/provider.ts';
import type { Purpose } from './reader-manifest.ts';

/** What reading a dump out of a snapshot cannot do without; of a restore, also what keeps backups away from it. */
export function permissionsToRead(
  namespace: string,
  purpose: Purpose,
  provider: Pick<SnapshotProvider, 'permissionsToRestore'>,
): readonly Permission[] {
  const pods = { group: '', plural: 'pods', namespace };
  const leases = { group: 'coordination.k8s.io', plural: 'leases', namespace };
  return [
    ...provider.permissionsToRestore(namespace),
    { verb: 'list', group: 'storage.k8s.io', plural: 'storageclasses' },
    ...['get', 'list', 'watch'].map((verb) => ({
      verb,
      group: '',
      plural: 'persistentvolumeclaims',
      namespace,
    })),
    ...['get', 'list', 'watch', 'create', 'delete'].map((verb) => ({ verb, ...pods })),
    // A WebSocket starts as a GET, and needs both since Kubernetes 1.35.
    ...['get', 'create'].map((verb) => ({ verb, ...pods, subresource: 'exec' })),
    ...(purpose === 'restore'
      ? [
          { verb: 'create', ...leases },
          ...['get', 'list', 'watch', 'patch'].map((verb) => ({ verb, ...leases, name: leaseName })),
        ]
      : []),
  ];
}

/** Throws UserError 'preflight' with all that is missing. */
export async function requireRights(
  namespace: string,
  purpose: Purpose,
  context: SnapshotContext,
): Promise<void> {
  const advice = 'docs/restore.md has the Roles for whoever restores';
  const wanted = permissionsToRead(namespace, purpose, context.snapshots);
  const missing = await missingRights(wanted, advice, context);
  if (missing !== undefined) throw new UserError('preflight', missing);
}
