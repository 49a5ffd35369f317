import { posix } from 'node:path';
import { hasControlCharacter } from '../../settings/formats.ts';
import { isRecord } from '../../kube/object.ts';

/** A dump that a backup has recorded on its snapshot. */
export interface RecordedDump extends RecordedFile {
  /** Absent for what is no content of a database. */
  readonly database?: string;
  /** The database whose properties these are. */
  readonly propertiesOf?: string;
}

interface RecordedFile {
  /** In the database's container, as it was. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Of one engine. */
export interface RecordedDumps {
  readonly dumps: readonly RecordedDump[];
  /** Files on the volume that have the dumps of a server with many. */
  readonly lists: readonly RecordedFile[];
  /** When the last of them was complete; RFC 3339. */
  readonly completedAt: string | undefined;
}

/** More than an object of Kubernetes holds, and of a list on a volume more than the databases of any server. */
const mostEntries = 200_000;

/** Of the annotation, or of a list: whoever may write to a snapshot may write anything there. What is no record is left out. */
export function recordedDumps(text: string | undefined, engine: string): RecordedDumps {
  const entries = entriesOf(text).filter((entry) => entry['engine'] === engine);
  const times = entries.flatMap(({ completedAt }) => (isTime(completedAt) ? [completedAt] : []));
  return {
    dumps: entries.flatMap((entry) => dumpOf(entry) ?? []),
    lists: entries.flatMap(({ list }) => (isRecord(list) ? (fileOf(list) ?? []) : [])),
    completedAt: times.toSorted().at(-1),
  };
}

function entriesOf(text: string | undefined): readonly Record<string, unknown>[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.slice(0, mostEntries).filter(isRecord) : [];
  } catch {
    return [];
  }
}

function dumpOf(entry: Record<string, unknown>): RecordedDump | undefined {
  const { database, propertiesOf, list } = entry;
  const file = isRecord(list) ? undefined : fileOf(entry);
  if (!file || !isNameOrNone(database) || !isNameOrNone(propertiesOf)) return undefined;
  return {
    ...file,
    ...(database !== undefined && { database }),
    ...(propertiesOf !== undefined && { propertiesOf }),
  };
}

function fileOf({ path, bytes, sha256 }: Record<string, unknown>): RecordedFile | undefined {
  if (!isPath(path) || !isDigest(sha256)) return undefined;
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) return undefined;
  return { path, bytes, sha256 };
}

/** As a setting has it: absolute, and without detours. */
function isPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path.length <= 4096 &&
    path.startsWith('/') &&
    !path.endsWith('/') &&
    posix.normalize(path) === path &&
    !hasControlCharacter(path)
  );
}

function isDigest(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

function isNameOrNone(name: unknown): name is string | undefined {
  return name === undefined || (typeof name === 'string' && name.length <= 256);
}

function isTime(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 40 && !Number.isNaN(Date.parse(text));
}

/**
 * Where the file may lie on the volume, whose place in the container nobody has recorded: below each folder of its path. Its
 * digest tells which is it.
 */
export function placesOnVolume(path: string, folders: readonly string[] = []): readonly string[] {
  const words = path.split('/').filter(Boolean).slice(-maximumDepth);
  const own = words.map((_, index) => words.slice(index).join('/')).toReversed();
  return [...new Set([...folders.flatMap((folder) => own.map((one) => `${folder}/${one}`)), ...own])];
}

const maximumDepth = 32;
