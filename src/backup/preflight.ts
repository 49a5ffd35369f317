import type { Context } from '../context.ts';
import type { CheckedDatabase, Database, DatabaseContainer } from '../databases/database.ts';
import { findDatabasePod } from '../databases/find-pod.ts';
import { claimAt, type Pod } from '../databases/pod.ts';
import { ProblemsError } from '../errors.ts';
import { problemsOf, type Finding } from '../finding.ts';
import type { CreateSettings } from '../settings/create.ts';
import type { SnapshotClass } from '../snapshots/class.ts';
import { checkPermissions, permissionsToCreate } from './permissions.ts';
import { findClaim, findSnapshotClass, type BoundClaim } from './volume.ts';

/** What the checks found out, on which the rest of the backup stands. */
export interface Preflight {
  readonly snapshotClass: SnapshotClass;
  /** Undefined when none is dumped. */
  readonly database: CheckedDatabase | undefined;
}

/** Looks at everything that a backup stands on, and changes nothing. Throws every problem at once, as 'preflight'. */
export async function preflight(
  namespace: string,
  settings: CreateSettings,
  database: Database | undefined,
  context: Context,
): Promise<Preflight> {
  const needed = permissionsToCreate(namespace, settings.postgres?.execResource.kind);
  // All at once. Where a permission is missing the others fail with a mere 403, and without the claim nothing fits:
  // then only that is worth saying.
  const claim = findClaim(namespace, settings.pvc, context);
  const [denied, bound, snapshotClass, checked] = await Promise.allSettled([
    checkPermissions(needed, context),
    claim,
    claim.then((finding) => findClassOf(finding, settings, context)),
    checkDatabase(namespace, settings, database, context),
  ]);
  demand(valueOf(denied));
  demand(valueOf(bound));
  const found = { snapshotClass: valueOf(snapshotClass), database: valueOf(checked) };
  const both = [...problemsOf(found.snapshotClass), ...problemsOf(found.database)];
  if (both.length > 0) throw new ProblemsError('preflight', both);
  return { snapshotClass: demand(found.snapshotClass), database: demand(found.database) };
}

async function findClassOf(
  claim: Finding<BoundClaim>,
  settings: CreateSettings,
  context: Context,
): Promise<Finding<SnapshotClass>> {
  return 'problems' in claim ? claim : findSnapshotClass(claim.found, settings.snapshot.className, context);
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** What was found; or every problem, thrown. */
function demand<T>(finding: Finding<T>): T {
  if ('problems' in finding) throw new ProblemsError('preflight', finding.problems);
  return finding.found;
}

async function checkDatabase(
  namespace: string,
  settings: CreateSettings,
  database: Database | undefined,
  context: Context,
): Promise<Finding<CheckedDatabase | undefined>> {
  if (!settings.postgres || !database) return { found: undefined };
  const { execResource, container, dumpFile } = settings.postgres;
  const pod = await findDatabasePod(execResource, { namespace, container, pvc: settings.pvc }, context);
  if ('problems' in pod) return pod;
  const target = { namespace, pod: pod.found.metadata.name ?? '', container };
  const { problems, directory, version = '' } = await database.check(target);
  const misplaced =
    directory === undefined ? [] : placeProblems(pod.found, target, directory, settings.pvc, dumpFile);
  const all = [...problems, ...misplaced];
  return all.length > 0 ? { problems: all } : { found: { container: target, version } };
}

/** A dump on another volume would not be in the snapshot. `directory` is free of symbolic links. */
function placeProblems(
  pod: Pod,
  target: DatabaseContainer,
  directory: string,
  pvc: string,
  dumpFile: string,
): string[] {
  const claim = claimAt(pod, target.container, directory);
  if (claim === pvc) return [];
  const place = claim ? `on PVC '${claim}'` : 'on no PVC';
  return [
    `The dump file ${dumpFile} would lie ${place} in container '${target.container}' of pod '${target.pod}', not on PVC '${pvc}' that is snapshotted; set BAK_DB_POSTGRES_DUMP_FILE to a file below its mount`,
  ];
}
