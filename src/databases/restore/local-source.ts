import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { messageOf, UserError } from '../../core/errors.ts';
import type { DumpFile } from '../dump-file.ts';
import { propertiesFile } from '../dump-files.ts';
import type { DatabaseServer } from '../engine.ts';
import { recognise, tellingBytes, type Recognised } from './recognise.ts';
import { canUnpack, firstUnpacked } from './unpack.ts';

/** A dump on this machine that has been opened. */
export interface LocalSource {
  /** For a sentence: `The dump 'x.sql.gz'`. */
  readonly what: string;
  readonly packing: Exclude<DumpFile['packing'], 'folder'>;
  /** Of what is compressed, if that can be told: what it comes to. */
  readonly inner: 'plain' | 'archive';
  /** Undefined of stdin. */
  readonly size: number | undefined;
  /** Of its record, `<path>.sha256`, if it has one. */
  readonly recorded: string | undefined;
  readonly chunks: AsyncIterable<Buffer>;
  /** What lies beside it of its database as a whole: `<path>.properties.sql`. */
  readonly properties: Buffer | undefined;
}

/** `-` is stdin. Throws UserError 'preflight' when it cannot be read, or is nothing that this server could restore. */
export async function openLocalSource(
  path: string,
  stdin: Readable,
  server: Pick<DatabaseServer, 'title' | 'restore' | 'properties'>,
): Promise<LocalSource> {
  const isStdin = path === '-';
  const what = isStdin ? 'The dump on stdin' : `The dump '${path}'`;
  try {
    const known = isStdin ? nothingKnown : await knownOf(path, server);
    const bytes: AsyncIterable<Buffer> = isStdin ? stdin : createReadStream(path);
    return await recognisedSource({ what, ...known }, bytes[Symbol.asyncIterator](), server);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('preflight', `${what} cannot be read: ${messageOf(error)}`);
  }
}

type Known = Pick<LocalSource, 'size' | 'recorded' | 'properties'>;

const nothingKnown: Known = { size: undefined, recorded: undefined, properties: undefined };

async function knownOf(path: string, server: Pick<DatabaseServer, 'properties'>): Promise<Known> {
  return {
    size: await sizeOf(path),
    recorded: await recordOf(path),
    properties: server.properties ? await propertiesBeside(path) : undefined,
  };
}

/** What comes from anywhere. Throws UserError 'preflight' when it is nothing that this server could restore. */
export async function recognisedSource(
  about: Pick<LocalSource, 'what' | 'size' | 'recorded' | 'properties'>,
  chunks: AsyncIterator<Buffer>,
  server: Pick<DatabaseServer, 'title' | 'restore'>,
): Promise<LocalSource> {
  const start = await firstBytes(chunks);
  if (start.length === 0) throw new Error('it is empty');
  const known = await knowledgeOf(start, about.what, server);
  return { ...about, ...known, chunks: withStart(start, chunks) };
}

async function sizeOf(path: string): Promise<number> {
  const entry = await stat(path);
  if (!entry.isDirectory()) return entry.size;
  throw new Error(
    'it is a folder; copy it onto the volume, and restore it from there, one of pg_dump with the format directory',
  );
}

/** What it is, and what is in it. Throws UserError 'preflight' when that is nothing to be restored here. */
async function knowledgeOf(
  start: Buffer,
  what: string,
  { title, restore }: Pick<DatabaseServer, 'title' | 'restore'>,
): Promise<Pick<LocalSource, 'packing' | 'inner'>> {
  const outer = required(recognise(start), what);
  const inner = canUnpack(outer) ? required(recognise(await firstUnpacked(start, outer)), what) : outer;
  if (inner !== outer && inner !== 'plain' && inner !== 'archive')
    throw new UserError('preflight', `${what} is compressed twice; decompress it once first`);
  const isArchive = inner === 'archive';
  if (isArchive && !restore.takesArchives)
    throw new UserError(
      'preflight',
      `${what} is an archive of pg_dump, of PostgreSQL, and not a dump of ${title}`,
    );
  return { packing: outer, inner: isArchive ? 'archive' : 'plain' };
}

function required(recognised: Recognised, what: string): LocalSource['packing'] {
  if ('problem' in recognised) throw new UserError('preflight', `${what} ${recognised.problem}`);
  return recognised.packing;
}

/** As much as holds a block of any compression, to look into it; less when there is no more. */
const enough = 256 * tellingBytes * 2;

async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for (let bytes = 0; bytes < enough;) {
    const next = await chunks.next();
    if (next.done) break;
    read.push(next.value);
    bytes += next.value.length;
  }
  return Buffer.concat(read);
}

/** Of its first bytes: what lies there may be anything. */
async function recordOf(path: string): Promise<string | undefined> {
  const record = `${path}.sha256`;
  const isFile = await stat(record).then(
    (entry) => entry.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  await using file = await open(record);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
  return buffer.toString('utf8', 0, bytesRead).split(/\s/)[0];
}

/** More than all settings and rights of a database, so that nothing else is taken for them. */
export const mostOfProperties = 4 * 1024 * 1024;

async function propertiesBeside(dump: string): Promise<Buffer | undefined> {
  const path = propertiesFile(dump);
  const entry = await stat(path).catch(() => undefined);
  if (!entry) return undefined;
  if (!entry.isFile() || entry.size > mostOfProperties)
    throw new Error(
      `'${path}', which lies beside it, is no file with the properties of a database; move it away`,
    );
  const bytes = await readFile(path);
  const [sha256, recorded] = [createHash('sha256').update(bytes).digest('hex'), await recordOf(path)];
  if (recorded === undefined || recorded === sha256) return bytes;
  throw new Error(
    `'${path}', which lies beside it, is not what was recorded of it: its SHA-256 is ${sha256}, not ${recorded}; take another`,
  );
}

async function* withStart(start: Buffer, rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  try {
    yield start;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
