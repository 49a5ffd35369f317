import { ProblemsError } from '../core/errors.ts';
import { allOf, type Finding } from '../core/finding.ts';
import { podSettings } from '../databases/engine.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import { findWorkload } from '../pods/find-pod.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { findClaims } from './find-claims.ts';
import { requirePermissions } from './permissions.ts';
import { hookSettings } from './quiesce/hook.ts';
import type { CreateSettings } from './settings/create.ts';

/**
 * What is wrong and does not become right by waiting, such as a misspelt name, a class or a permission that there is not: said
 * before the wait for a lease or a slot, which may take hours. The preflight looks at all of it again, and at more. Throws every
 * problem at once, as 'preflight'.
 */
export async function firstLook(
  namespace: string,
  settings: CreateSettings,
  context: SnapshotContext,
): Promise<void> {
  await explainFailure('preflight', 'Checking names and permissions', async () => {
    await requirePermissions(namespace, settings, context);
    const { pvcs, databases, quiesce, snapshot } = settings;
    const workloads = [
      ...databases.map((server) => ({ resource: server.execResource, settings: podSettings(server) })),
      ...quiesce.hooks.map((hook) => ({ resource: hook.resource, settings: hookSettings(hook) })),
    ];
    const claims = findClaims(namespace, pvcs, context);
    const findings: readonly Finding<unknown>[] = await Promise.all([
      claims.then((finding) =>
        'problems' in finding ? finding : context.snapshots.plan(finding.found, snapshot, context),
      ),
      ...workloads.map((one) => findWorkload({ namespace, ...one }, context)),
    ]);
    const all = allOf(findings);
    if ('problems' in all) throw new ProblemsError('preflight', all.problems);
  });
}
