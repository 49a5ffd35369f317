import type { Dump } from './database.ts';

/**
 * What snapshots record of dumps. An object of Kubernetes has room for 256 KiB of annotations in all, so the dumps of one
 * server, if they are many, are recorded as a summary; their list lies beside them, in a file whose digest the summary has.
 */

/** In bytes, of the dumps of one server. */
const maximumListed = 32_768;

/** What is known of a dump before it is made. */
type Planned = Pick<
  Dump,
  'engine' | 'version' | 'toolVersion' | 'replica' | 'database' | 'propertiesOf' | 'path'
>;

/** Whether the list of these dumps is too long to be recorded as it is; known before the first is made. */
export function needsListFile(planned: readonly Planned[]): boolean {
  const time = new Date(0).toISOString();
  const unknown = {
    bytes: Number.MAX_SAFE_INTEGER,
    sha256: 'f'.repeat(64),
    startedAt: time,
    completedAt: time,
  };
  let bytes = 0;
  for (const dump of planned) {
    bytes += Buffer.byteLength(JSON.stringify({ ...dump, ...unknown })) + 1;
    if (bytes > maximumListed) return true;
  }
  return false;
}

/** The beginning of the dump's object in the list file; the script adds bytes and SHA-256. */
export function listEntry({
  engine,
  version,
  toolVersion,
  replica,
  database,
  propertiesOf,
  path,
}: Planned): string {
  return JSON.stringify({ engine, version, toolVersion, replica, database, propertiesOf, path }).slice(0, -1);
}

/** The dumps of one server, of which the list file has each. */
interface Summary {
  readonly engine: string;
  readonly version: string;
  readonly toolVersion: string;
  readonly replica?: Dump['replica'];
  /** How many. */
  readonly dumps: number;
  /** Of all together. */
  readonly bytes: number;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly warnings?: Dump['warnings'];
  readonly list: NonNullable<Dump['listedIn']>;
}

/** The annotation: a list of the dumps, and of summaries of those that lie in list files. */
export function dumpRecord(dumps: readonly Dump[]): string {
  const groups = Map.groupBy(dumps, ({ listedIn }) => listedIn?.path);
  return JSON.stringify([...groups.values()].flatMap(recordOf));
}

/** How many there are of databases' contents and of globals: what belongs to one of these is not counted again. */
export function numberOf(dumps: readonly Dump[]): number {
  return dumps.filter(({ propertiesOf }) => propertiesOf === undefined).length;
}

function recordOf(dumps: readonly Dump[]): readonly (Dump | Summary)[] {
  const [first] = dumps;
  const last = dumps.at(-1);
  if (!first?.listedIn || !last) return dumps;
  const { engine, version, toolVersion, replica, startedAt, warnings, listedIn: list } = first;
  const bytes = dumps.reduce((sum, dump) => sum + dump.bytes, 0);
  const { completedAt } = last;
  const server = { engine, version, toolVersion, ...(replica && { replica }) };
  const times = { startedAt, completedAt, ...(warnings && { warnings }) };
  return [{ ...server, dumps: numberOf(dumps), bytes, ...times, list }];
}
