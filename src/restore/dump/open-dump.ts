import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { mostOfProperties } from '../../databases/restore/local-source.ts';
import { runScript } from '../../databases/run-script.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { Container } from '../../pods/pod.ts';
import { FileStream } from './file-stream.ts';
import { placesOnVolume, recordedDumps, type RecordedDump, type RecordedDumps } from './recorded-dumps.ts';
import { locateScript } from './scripts.ts';

/** What of the volume is read, and how a sentence names it. */
export interface OnVolume {
  readonly container: Container;
  /** Folders of the volume that the database's container has mounted in place of the whole. */
  readonly folders: readonly string[];
  readonly which: string;
}

type RecordedFile = Pick<RecordedDump, 'path' | 'bytes' | 'sha256'>;

/** Where in the pod that reads it the file lies, which is as large as was recorded. Throws UserError 'preflight'. */
export async function locate(
  { container, folders, which }: OnVolume,
  { path, bytes }: RecordedFile,
  context: Context,
): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  const places = placesOnVolume(path, folders);
  const run = { script: locateScript, args: places, secret: '', container };
  const { exitCode, facts, words } = await explainFailure('verification', `Looking at ${which}`, () =>
    runScript(run, context),
  );
  const root = facts.get('root');
  if (exitCode !== 0 || !facts.isComplete || root === undefined)
    throw new UserError('verification', `${which} cannot be read: ${words || `exit status ${exitCode}`}`);
  const at = (number: string | undefined) => `${root}/${places[Number(number)] ?? ''}`;
  const folder = facts.get('folder');
  if (folder !== undefined) return { path: at(folder), isFolder: true };
  const files = facts.all('file').map((fact) => fact.split(' '));
  const same = files.find(([, size]) => Number(size) === bytes);
  if (same) return { path: at(same[0]), isFolder: false };
  const [other] = files;
  const why =
    other !== undefined
      ? `${at(other[0])} has ${other[1]} bytes there, and recorded were ${bytes}`
      : facts.get('unreadable') === undefined
        ? 'it is not there'
        : 'the user of the pod may not read it';
  throw new UserError(
    'preflight',
    `The dump ${path} on ${which} cannot be taken: ${why}; take another snapshot`,
  );
}

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
