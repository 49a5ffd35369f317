import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import { humanBytes } from '../../core/human-bytes.ts';
import { quoted, shown } from '../../core/quoted.ts';
import { shellLine } from '../../core/shell-words.ts';
import { propertiesFile } from '../../databases/dump-files.ts';
import { settingFlag } from '../../settings/setting-name.ts';
import { keyOf, type DatabaseServer } from '../../databases/engine.ts';
import type { DumpToCome } from '../../databases/restore/dump-to-come.ts';
import { recognisedSource, type LocalSource } from '../../databases/restore/local-source.ts';
import { FileStream } from './file-stream.ts';
import { locate } from './locate-dump.ts';
import { allDumps, readProperties } from './open-dump.ts';
import type { RecordedDump } from './recorded-dumps.ts';
import type { SnapshotDumps } from './snapshot-dumps.ts';

/** The dump of this database, for a restore. Throws UserError 'preflight' when the snapshot has none. */
export function dumpOfDatabase(
  found: SnapshotDumps,
  server: DatabaseServer,
  database: string,
  caller: Caller,
): DumpToCome {
  const { which, recorded, age } = found;
  const dump = pick(found, database);
  if (dump) requirePlace(dump, server, which);
  if (server.isFolder) throw folderError(dump?.path ?? server.dumpFile, which);
  const hasProperties =
    server.properties !== undefined && recorded.dumps.some(({ propertiesOf }) => propertiesOf === database);
  const size = dump ? ` (${humanBytes(dump.bytes)})` : '';
  return {
    what: `The dump of ${which}`,
    words: `the dump of ${age}${size} on ${which}`,
    from: dump ? `${which}: ${dump.path}` : which,
    toCome: hasProperties || (!dump && server.properties !== undefined) ? 'with properties' : 'alone',
    open: (context) => openDump(found, server, database, caller, context),
  };
}

/** Whoever may write to a snapshot may write any path into its record: of another file of the volume, an upload for example. */
function requirePlace({ path }: RecordedDump, { engine, dumpFile }: DatabaseServer, which: string): void {
  if (path === dumpFile) return;
  const flag = settingFlag(keyOf(engine, 'DumpFile'));
  // It may be pasted into a shell.
  const word = shown(path, path.length) === path && !path.includes('⟪') ? shellLine([path]) : undefined;
  const advice =
    word === undefined ? 'take another snapshot' : `if it is the one that is meant, give ${flag} ${word}`;
  throw new UserError(
    'preflight',
    `The dump that ${which} names is ${quoted(path)}, and that of the settings ${quoted(dumpFile)}; ${advice}`,
  );
}

/** Undefined where a list on the volume has it. */
function pick({ recorded, which }: SnapshotDumps, database: string): RecordedDump | undefined {
  const dump = recorded.dumps.find((one) => one.database === database);
  if (dump || recorded.lists.length > 0) return dump;
  throw noSuchDump(recorded.dumps, database, which);
}

const mostNamed = 10;

function noSuchDump(dumps: readonly RecordedDump[], database: string, which: string): UserError {
  const names = dumps.flatMap((one) => (one.database === undefined ? [] : [quoted(one.database)]));
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : '';
  return new UserError(
    'preflight',
    `${which} has no dump of database '${database}', but of: ${names.slice(0, mostNamed).join(', ') || 'none'}${more}; choose one with ⟪database⟫, or download it and restore the file`,
  );
}

function folderError(path: string, which: string): UserError {
  return new UserError(
    'preflight',
    `The dump ${path} on ${which} is a folder, which cannot be sent: make a volume with backup-ns restore, and copy the folder from there to the place of the database's own dump`,
  );
}

async function openDump(
  found: SnapshotDumps,
  server: DatabaseServer,
  database: string,
  caller: Caller,
  context: Context,
): Promise<LocalSource & AsyncDisposable> {
  const volume = await found.open(caller, context);
  const { which } = volume;
  try {
    const dumps = await allDumps(volume, found.recorded, server.engine, context);
    const dump = dumps.find((one) => one.database === database);
    if (!dump) throw noSuchDump(dumps, database, which);
    requirePlace(dump, server, which);
    const { path, isFolder } = await locate(volume, dump, context);
    if (isFolder) throw folderError(dump.path, which);
    const beside =
      server.properties &&
      dumps.find((one) => one.propertiesOf === database && one.path === propertiesFile(dump.path));
    const properties = beside && (await readProperties(volume, beside, context));
    const what = `The dump of ${which}`;
    const stream = new FileStream(volume.container, path, what, context);
    const dispose = async (): Promise<void> => {
      await stream[Symbol.asyncDispose]();
      await volume[Symbol.asyncDispose]();
    };
    try {
      const about = { what, size: dump.bytes, recorded: dump.sha256, properties };
      const source = await recognisedSource(about, stream.chunks(), server);
      return { ...source, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await stream[Symbol.asyncDispose]();
      if (error instanceof UserError || context.signal.aborted) throw error;
      throw new UserError('preflight', `${what} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  } catch (error) {
    await volume[Symbol.asyncDispose]();
    throw error;
  }
}
