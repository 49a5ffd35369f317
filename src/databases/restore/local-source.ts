import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { messageOf, UserError } from '../../core/errors.ts';

/** A dump on this machine that has been opened. */
export interface LocalSource {
  readonly isCompressed: boolean;
  /** Undefined of stdin. */
  readonly size: number | undefined;
  /** Of its record, `<path>.sha256`, if it has one. */
  readonly recorded: string | undefined;
  readonly chunks: AsyncIterable<Buffer>;
}

/** `-` is stdin. Throws UserError 'preflight' when it cannot be read or is empty. */
export async function openLocalSource(path: string, stdin: Readable): Promise<LocalSource> {
  try {
    const size = path === '-' ? undefined : (await stat(path)).size;
    const chunks = (path === '-' ? stdin : createReadStream(path))[
      Symbol.asyncIterator
    ]() as AsyncIterator<Buffer>;
    const start = await firstBytes(chunks);
    if (start.length === 0) throw new Error('it is empty');
    const recorded = path === '-' ? undefined : await recordOf(path);
    return { isCompressed: isGzip(start), size, recorded, chunks: withStart(start, chunks) };
  } catch (error) {
    const what = path === '-' ? 'The dump on stdin' : `The dump '${path}'`;
    throw new UserError('preflight', `${what} cannot be read: ${messageOf(error)}`);
  }
}

/** Enough to tell what it is; less when there is no more. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  while (start.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    start = Buffer.concat([start, next.value]);
  }
  return start;
}

/** RFC 1952. */
function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
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

async function* withStart(start: Buffer, rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
