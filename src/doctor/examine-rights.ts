import type { Scope } from '../catalogue/scope.ts';
import type { Diagnosis, Examination } from '../core/diagnosis.ts';
import { checkPermissions, type Permission } from '../kube/check-permissions.ts';
import type { Resource } from '../kube/resources.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';

/** What a person wants to do by hand sooner or later, each with what it is for. */
function wanted(
  scope: Scope,
  { group, plural }: Resource,
): readonly { readonly what: string; readonly needs: readonly Permission[] }[] {
  const namespace = scope === undefined ? {} : { namespace: scope };
  const core = { group: '', ...namespace };
  const batch = { group: 'batch', ...namespace };
  const snapshots = { group, plural, ...namespace };
  return [
    {
      what: 'list and status',
      needs: [
        { verb: 'list', plural: 'persistentvolumeclaims', ...core },
        { verb: 'list', plural: 'cronjobs', ...batch },
        { verb: 'list', ...snapshots },
      ],
    },
    {
      what: 'create --job',
      needs: [
        { verb: 'create', plural: 'jobs', ...batch },
        { verb: 'get', plural: 'pods', subresource: 'log', ...core },
      ],
    },
    { what: 'hold and release', needs: [{ verb: 'patch', ...snapshots }] },
    { what: 'restore', needs: [{ verb: 'create', plural: 'persistentvolumeclaims', ...core }] },
    {
      what: 'a restore of a database',
      needs: [{ verb: 'create', plural: 'pods', subresource: 'exec', ...core }],
    },
  ];
}

/** What a person may not do is no fault of the backups. */
export async function examineRights(
  scope: Scope,
  found: Examination,
  context: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  const all = await Promise.all(
    wanted(scope, context.snapshots.resource).map(async ({ what, needs }) => ({
      what,
      finding: await checkPermissions(needs, context),
    })),
  );
  const may = all.filter(({ finding }) => !('problems' in finding)).map(({ what }) => what);
  const mayNot = all.flatMap(({ what, finding }) =>
    'problems' in finding ? finding.problems.map((words) => found.warning(`${what}: ${words}`)) : [],
  );
  return [...(may.length > 0 ? [found.ok(`You may do what these need: ${may.join(', ')}`)] : []), ...mayNot];
}
