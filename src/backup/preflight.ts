import type { Context } from '../context.ts';
import { checkServer } from '../databases/check-server.ts';
import type { CheckedDatabase } from '../databases/database.ts';
import { keyOf, podSettings, type DatabaseServer } from '../databases/engine.ts';
import { ProblemsError } from '../core/errors.ts';
import { allFound, allOf, type Finding } from '../core/finding.ts';
import { checkClock } from './check-clock.ts';
import { findPod } from '../pods/find-pod.ts';
import { claimAt, mountsOf, type Container, type Pod } from '../pods/pod.ts';
import type { CreateSettings } from './settings/create.ts';
import { settingName } from '../settings/setting-name.ts';
import { requirePermissions } from './permissions.ts';
import { findFilesystems, type Filesystem } from './quiesce/filesystem.ts';
import { warnOfOtherNode } from './warn-of-place.ts';
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
  readonly pod: Pod;
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
  const claims = findClaims(namespace, pvcs, context);
  const checks = {
    clock: checkClock(context),
    plan: claims.then((finding) => planOf(finding, settings, context)),
    databases: findAll(settings.databases, (server) => checkDatabase(namespace, server, settings, context)),
    hooks: placeHooks(namespace, quiesce.hooks, context),
    filesystems:
      quiesce.method === 'none'
        ? Promise.resolve({ found: [] })
        : findFilesystems(namespace, pvcs, quiesce.container, context),
  };
  // All at once. Where a permission is missing the others fail with a mere 403, and without its claims nothing of a backup
  // fits: then only that is worth saying.
  const permissions = requirePermissions(namespace, settings, context);
  await Promise.allSettled([permissions, claims, ...Object.values(checks)]);
  await permissions;
  requireFound(await claims);
  const found = requireFound(allFound(await settled(checks)));
  warnOfClasses(namespace, found.plan, context);
  await warnOfOtherNode(
    found.databases.map(({ pod }) => pod),
    settings,
    context,
  );
  return found;
}

/** What few people know before it happens. */
function warnOfClasses(namespace: string, { volumes }: SnapshotPlan, { log }: Context): void {
  const deleting = volumes.filter(({ deletionPolicy }) => deletionPolicy === 'Delete');
  for (const name of new Set(deleting.map(({ className }) => className))) {
    log.warn(
      { namespace, class: name },
      'the data of these snapshots is deleted with their namespace; a class with the deletionPolicy Retain keeps it',
    );
  }
}

/** What each promise has come to; they have come to it already. */
async function settled<All extends Readonly<Record<string, Promise<unknown>>>>(
  promises: All,
): Promise<{ readonly [Name in keyof All]: Awaited<All[Name]> }> {
  const entries = Object.entries(promises).map(async ([name, promise]) => [name, await promise] as const);
  return Object.fromEntries(await Promise.all(entries)) as { [Name in keyof All]: Awaited<All[Name]> };
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
  const { problems, warnings, directory, version = '', toolVersion = '', databases, replica } = checked;
  for (const warning of warnings) context.log.warn({ namespace }, warning);
  const setting = settingName(keyOf(server.engine, 'DumpFile'));
  const misplaced =
    directory === undefined ? [] : misplacedDump(pod.found, target, directory, pvcs, setting, dumpFile);
  const all = [...problems, ...misplaced];
  if (all.length > 0) return { problems: all };
  const found = { container: target, version, toolVersion, databases, replica, maximumUsedPercent };
  return { found: { pod: pod.found, server, checked: found } };
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
  const mounts = pvcs
    .flatMap((pvc) => mountsOf(pod, pvc))
    .filter(({ container }) => container === target.container);
  const below = mounts.map(({ path }) => path).join(' or ');
  return [
    `The dump file ${dumpFile} would be ${place} in container '${target.container}' of pod '${target.pod}'; it must be on PVC ${wanted}, which is snapshotted: ${
      below ? `set ${setting} to a file below ${below}` : 'mount it in that container'
    }`,
  ];
}
