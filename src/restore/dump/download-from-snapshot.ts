import { posix } from 'node:path';
import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { quoted } from '../../core/quoted.ts';
import type { DatabaseServer } from '../../databases/engine.ts';
import { propertiesFile } from '../../databases/dump-files.ts';
import {
  download,
  localPath,
  type Downloaded,
  type DownloadResult,
} from '../../databases/operations/download-dump.ts';
import type { DownloadSettings } from '../../databases/operations/settings.ts';
import { allDumps, locate } from './open-dump.ts';
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
  for (const { dump, file } of await filesFor(dumps, found.which, settings)) {
    const { path, isFolder } = await locate(volume, dump, context);
    const options = { ...settings, caller, unchecked: true, expected: dump.sha256 };
    const place = isFolder && file !== '-' && settings.file === undefined ? `${file}.tar` : file;
    const { container } = volume;
    files.push({ ...(await download({ container }, path, place, options, context)), path: dump.path });
  }
  return { namespace, pod: volume.container.pod, files };
}

interface Wanted {
  readonly dump: RecordedDump;
  /** On this machine; `-` is stdout. */
  readonly file: string;
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
  const [only] = chosen;
  if (!only) throw noneOf(ofDatabases, which, database);
  if (file === '-') {
    if (chosen.length === 1) return [{ dump: only, file }];
    throw new UserError(
      'settings',
      `There are ${chosen.length} dumps; choose one for stdout with ⟪database⟫`,
    );
  }
  const names = new Map<string | undefined, string>();
  for (const dump of chosen)
    names.set(dump.database, await localPath(file, nameHere(dump), chosen.length > 1));
  const others = chosen.length > 1 ? dumps.filter((dump) => !chosen.includes(dump)) : [];
  const properties = dumps.filter((dump) => chosen.some((one) => one.database === dump.propertiesOf));
  const beside = properties.map((dump) => ({
    dump,
    file: propertiesFile(names.get(dump.propertiesOf) ?? ''),
  }));
  const rest = others.filter((dump) => !properties.includes(dump));
  return [
    ...chosen.map((dump) => ({ dump, file: names.get(dump.database) ?? '' })),
    ...beside,
    ...(await Promise.all(
      rest.map(async (dump) => ({ dump, file: await localPath(file, nameHere(dump), true) })),
    )),
  ];
}

/** A name that comes from the cluster must not be one that a program of this machine looks for. */
function nameHere({ path }: RecordedDump): string {
  const name = posix.basename(path);
  if (
    /^[A-Za-z0-9_][-+%.\w]*$/.test(name) &&
    /\.(?:sql|dump|tar|json)(?:\.(?:gz|zst|lz4))?$|^[^.]+$/.test(name)
  )
    return name;
  throw new UserError(
    'preflight',
    `The dump ${quoted(path)} has no name of a dump; give ⟪file⟫ with the name that it is to have here, and one ⟪database⟫`,
  );
}

function noneOf(dumps: readonly RecordedDump[], which: string, database: string | undefined): UserError {
  const names = dumps.slice(0, 10).map((dump) => quoted(dump.database));
  const subject = database === undefined ? 'no dump of a database' : `no dump of database '${database}'`;
  return new UserError(
    'preflight',
    `${which} has ${subject}; those it has are of: ${names.join(', ') || 'none'}`,
  );
}
