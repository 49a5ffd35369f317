import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { quoted } from '../../core/quoted.ts';
import type { DatabaseServer } from '../../databases/engine.ts';
import { propertiesFile } from '../../databases/dump-files.ts';
import { download, type Downloaded, type DownloadResult } from '../../databases/operations/download-dump.ts';
import { localPlace, pathHere, type LocalPlace } from '../../databases/operations/local-place.ts';
import type { DownloadSettings } from '../../databases/operations/settings.ts';
import { locate } from './locate-dump.ts';
import { allDumps } from './open-dump.ts';
import type { RecordedDump } from './recorded-dumps.ts';
import type { SnapshotDumps } from './snapshot-dumps.ts';

/**
 * Fetches dumps out of a snapshot, each proven by the SHA-256 that is recorded on the snapshot. Throws UserError 'verification'
 * when one is another; nothing of it is left then, neither here nor in the cluster.
 */
export async function downloadFromSnapshot(
  found: SnapshotDumps,
  { namespace, server }: { readonly namespace: string; readonly server: DatabaseServer },
  settings: DownloadSettings,
  caller: Caller,
  context: Context,
): Promise<DownloadResult> {
  // What can be said before anything is made.
  if (found.recorded.lists.length === 0) await filesFor(found.recorded.dumps, found.which, settings);
  await using volume = await found.open(caller, context);
  const dumps = await allDumps(volume, found.recorded, server.engine, context);
  const files: Downloaded[] = [];
  const local = new Map<string | undefined, string>();
  for (const { dump, place } of await filesFor(dumps, found.which, settings)) {
    const { path, isFolder } = await locate(volume, dump, context);
    const options = { ...settings, caller, unchecked: true, expected: dump.sha256 };
    const file =
      place === 'beside' ? propertiesFile(local.get(dump.propertiesOf) ?? '') : pathHere(place, isFolder);
    if (dump.database !== undefined) local.set(dump.database, file);
    const { container } = volume;
    files.push({ ...(await download({ container }, path, file, options, context)), path: dump.path });
  }
  return { namespace, pod: volume.container.pod, files };
}

interface Wanted {
  readonly dump: RecordedDump;
  /** `beside` the dump of its database, which comes before. */
  readonly place: LocalPlace | 'beside';
}

/** Of one database its dump and its properties, to stdout the dump alone; of several all that belongs to them. */
async function filesFor(
  dumps: readonly RecordedDump[],
  which: string,
  { database, file }: DownloadSettings,
): Promise<readonly Wanted[]> {
  const ofDatabases = dumps.filter((dump) => dump.database !== undefined);
  const chosen =
    database === undefined ? ofDatabases : ofDatabases.filter((dump) => dump.database === database);
  if (chosen.length === 0) throw noneOf(ofDatabases, which, database);
  if (file === '-' && chosen.length > 1)
    throw new UserError(
      'settings',
      `There are ${chosen.length} dumps; choose one for stdout with ⟪database⟫`,
    );
  const placed = (some: readonly RecordedDump[], isOneOfSeveral: boolean): Promise<Wanted[]> =>
    Promise.all(
      some.map(async (dump) => ({ dump, place: await localPlace(file, dump.path, isOneOfSeveral) })),
    );
  const main = await placed(chosen, chosen.length > 1);
  if (file === '-') return main;
  const others = chosen.length > 1 ? dumps.filter((dump) => !chosen.includes(dump)) : [];
  const properties = dumps.filter((dump) => chosen.some((one) => one.database === dump.propertiesOf));
  const rest = others.filter((dump) => !properties.includes(dump));
  return [
    ...main,
    ...properties.map((dump): Wanted => ({ dump, place: 'beside' })),
    ...(await placed(rest, true)),
  ];
}

function noneOf(dumps: readonly RecordedDump[], which: string, database: string | undefined): UserError {
  const names = dumps.slice(0, 10).map((dump) => quoted(dump.database));
  const subject = database === undefined ? 'no dump of a database' : `no dump of database '${database}'`;
  return new UserError(
    'preflight',
    `${which} has ${subject}; those it has are of: ${names.join(', ') || 'none'}`,
  );
}
