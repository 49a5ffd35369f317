import type { Context } from '../context.ts';
import { checkServer } from '../databases/check-server.ts';
import type { CheckedDatabase } from '../databases/database.ts';
import { keyOf, podSettings, type DatabaseServer } from '../databases/engine.ts';
import { ProblemsError } from '../core/errors.ts';
import { allOf, problemsOf, type Finding } from '../core/finding.ts';
import { checkClock } from './check-clock.ts';
import { findPod } from '../pods/find-pod.ts';
import { claimAt, type Container, type Pod } from '../pods/pod.ts';
import type { CreateSettings } from './settings/create.ts';
import { settingName } from '../settings/setting-name.ts';
import { requirePermissions } from './permissions.ts';
import { findFilesystems, type Filesystem } from './quiesce/filesystem.ts';
import { placeHooks, type PlacedHook } from './quiesce/hook.ts';
import { findClaims } from './find-claims.ts';
import type { BoundClaim, SnapshotContext, SnapshotPlan } from '../snapshots/provider.ts';

/** What the checks found out, on which the rest of the backup stands. */
export interface Preflight {
  readonly plan: SnapshotPlan;
  readonly databases: readonly ReadyDatabase[];
  readonly hooks: readonly PlacedHook[];
  readonly filesystems: readonly Filesystem[];
}

export interface ReadyDatabase {
  readonly server: DatabaseServer;
  readonly checked: CheckedDatabase;
}

/** Looks at everything that a backup stands on, and changes nothing. Throws every problem at once, as 'preflight'. */
export async function preflight(
  namespace: string,
  settings: CreateSettings,
  context: SnapshotContext,
): Promise<Preflight> {
  const { pvcs, quiesce } = settings;
  // All at once. Where a permission is missing the others fail with a mere 403, and without its claims nothing of a backup
  // fits: then only that is worth saying.
  const claims = findClaims(namespace, pvcs, context);
  const [denied, bound, plan, ...others] = await Promise.allSettled([
    requirePermissions(namespace, settings, context),
    claims,
    claims.then((finding) => planOf(finding, settings, context)),
    findAll(settings.databases, (server) => checkDatabase(namespace, server, settings, context)),
    placeHooks(namespace, quiesce.hooks, context),
    checkClock(context),
    quiesce.method === 'none' ? { found: [] } : findFilesystems(namespace, pvcs, quiesce.container, context),
  ]);
  valueOf(denied);
  requireFound(valueOf(bound));
  const [checked, hooks, clock, filesystems] = others;
  const findings = {
    clock: valueOf(clock),
    plan: valueOf(plan),
    databases: valueOf(checked),
    hooks: valueOf(hooks),
    filesystems: valueOf(filesystems),
  };
  const problems = Object.values(findings).flatMap((finding: Finding<unknown>) => problemsOf(finding));
  if (problems.length > 0) throw new ProblemsError('preflight', problems);
  return {
    plan: requireFound(findings.plan),
    databases: requireFound(findings.databases),
    hooks: requireFound(findings.hooks),
    filesystems: requireFound(findings.filesystems),
  };
}

async function planOf(
  claims: Finding<readonly BoundClaim[]>,
  { snapshot }: CreateSettings,
  context: SnapshotContext,
): Promise<Finding<SnapshotPlan>> {
  return 'problems' in claims ? claims : context.snapshots.plan(claims.found, snapshot, context);
}

async function findAll<Item, T>(
  items: readonly Item[],
  find: (item: Item) => Promise<Finding<T>>,
): Promise<Finding<readonly T[]>> {
  return allOf(await Promise.all(items.map(find)));
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** What was found; or every problem, thrown. */
function requireFound<T>(finding: Finding<T>): T {
  if ('problems' in finding) throw new ProblemsError('preflight', finding.problems);
  return finding.found;
}

async function checkDatabase(
  namespace: string,
  server: DatabaseServer,
  { pvcs, maximumUsedPercent }: CreateSettings,
  context: Context,
): Promise<Finding<ReadyDatabase>> {
  const { execResource: resource, container, dumpFile } = server;
  const settings = podSettings(server);
  const pod = await findPod({ namespace, resource, container, claims: pvcs, settings }, context);
  if ('problems' in pod) return pod;
  const target = { namespace, pod: pod.found.metadata.name ?? '', container };
  const checked = await checkServer(server, target, maximumUsedPercent, context);
  const { problems, warnings, directory, version = '', toolVersion = '', databases } = checked;
  for (const warning of warnings) context.log.warn({ namespace }, warning);
  const setting = settingName(keyOf(server.engine, 'DumpFile'));
  const misplaced =
    directory === undefined ? [] : misplacedDump(pod.found, target, directory, pvcs, setting, dumpFile);
  const all = [...problems, ...misplaced];
  if (all.length > 0) return { problems: all };
  return { found: { server, checked: { container: target, version, toolVersion, databases } } };
}

/** A dump on another volume would not be in the snapshot. `directory` is free of symbolic links. */
function misplacedDump(
  pod: Pod,
  target: Container,
  directory: string,
  pvcs: readonly string[],
  setting: string,
  dumpFile: string,
): string[] {
  const claim = claimAt(pod, target.container, directory);
  if (claim !== undefined && pvcs.includes(claim)) return [];
  const place = claim ? `on PVC '${claim}'` : 'on no PVC';
  const wanted = pvcs.map((pvc) => `'${pvc}'`).join(' or ');
  return [
    `The dump file ${dumpFile} would lie ${place} in container '${target.container}' of pod '${target.pod}', not on PVC ${wanted} that is snapshotted; set ${setting} to a file below its mount`,
  ];
}
