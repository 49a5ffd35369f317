import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { mostOfProperties } from '../../databases/restore/local-source.ts';
import { FileStream } from './file-stream.ts';
import { locate, type OnVolume } from './locate-dump.ts';
import { recordedDumps, type RecordedDump, type RecordedDumps } from './recorded-dumps.ts';

type RecordedFile = Pick<RecordedDump, 'path' | 'bytes' | 'sha256'>;

/** As a whole, proven by its digest. Throws UserError 'preflight' when it is longer than that, or another. */
export async function readWhole(
  volume: OnVolume,
  file: RecordedFile,
  mostBytes: number,
  context: Context,
): Promise<Buffer> {
  const what = `${file.path} on ${volume.which}`;
  if (file.bytes > mostBytes) throw new UserError('preflight', `${what} is longer than any such file`);
  const { path } = await locate(volume, file, context);
  await using stream = new FileStream(volume.container, path, what, context);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const source = { [Symbol.asyncIterator]: () => stream.chunks() };
  for await (const chunk of source) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > file.bytes) break;
  }
  const all = Buffer.concat(chunks);
  const sha256 = createHash('sha256').update(all).digest('hex');
  if (sha256 === file.sha256) return all;
  throw new UserError(
    'preflight',
    `${what} is not what was recorded on the snapshot: its SHA-256 is ${sha256}, not ${file.sha256}; take another snapshot`,
  );
}

/** Of a server with tens of thousands of databases. */
const mostOfList = 8 * 1024 * 1024;
/** A backup writes one. */
const mostLists = 4;

/** All dumps, those of lists on the volume included. */
export async function allDumps(
  volume: OnVolume,
  { dumps, lists }: RecordedDumps,
  engine: string,
  context: Context,
): Promise<readonly RecordedDump[]> {
  const listed: RecordedDump[] = [];
  for (const list of lists.slice(0, mostLists)) {
    const text = (await readWhole(volume, list, mostOfList, context)).toString();
    for (const dump of recordedDumps(text, engine).dumps) listed.push(dump);
  }
  return [...dumps, ...listed];
}

export async function readProperties(
  volume: OnVolume,
  file: RecordedDump,
  context: Context,
): Promise<Buffer> {
  return await readWhole(volume, file, mostOfProperties, context);
}
