import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { canRead, removeDumpFile, writeDumpFile } from '../transfer-dump.ts';
import { endingOf } from '../dump-format.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import { Deadline } from '../../kube/deadline.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { Caller } from '../../caller.ts';
import type { LocalSource } from './local-source.ts';
import type { RestoreDatabaseSettings } from './settings.ts';
import { placeOf, type Target } from '../operations/target.ts';
import { canUnpack, unpacked, type Unpackable } from './unpack.ts';

const removeMilliseconds = 30_000;

/** A dump of this machine, in the container until this is disposed of. */
export interface Upload extends AsyncDisposable {
  readonly path: string;
  readonly sha256: string;
  /** What lay beside it here of its database as a whole. */
  readonly propertiesPath: string | undefined;
}

/**
 * Brings it to a file beside the dump file, named so that a dump takes it away should we be killed. What the container cannot
 * read goes there as SQL. Throws UserError 'preflight' when it cannot be brought into a form that it reads, and 'verification'
 * when it does not arrive whole.
 */
export async function uploadDump(
  target: Target,
  source: LocalSource,
  { maximumUsedPercent }: Pick<RestoreDatabaseSettings, 'maximumUsedPercent'>,
  caller: Caller,
  context: Context,
): Promise<Upload> {
  const undo = await toUndo(target, source, context);
  const sent = undo === undefined && source.packing !== 'archive' ? source.packing : 'plain';
  const start = `${target.server.dumpFile}.${context.random.id(8)}`;
  const path = `${start}${endingOf(sent)}.partial`;
  const propertiesPath = source.properties && `${start}.properties.partial`;
  const upload = {
    path,
    propertiesPath,
    async [Symbol.asyncDispose]() {
      for (const one of [path, propertiesPath]) if (one !== undefined) await remove(target, one, context);
    },
  };
  try {
    if (propertiesPath !== undefined)
      await writeDumpFile(
        target.container,
        propertiesPath,
        { source: Readable.from([source.properties]), bytes: source.properties?.length, maximumUsedPercent },
        context,
      );
    const sha256 = await send(target, { source, undo, path, maximumUsedPercent }, caller, context);
    if (source.recorded === undefined || source.recorded === sha256) return { ...upload, sha256 };
    throw new UserError(
      'preflight',
      `The dump is not what was recorded of it: its SHA-256 is ${sha256}, not ${source.recorded}; take another`,
    );
  } catch (error) {
    await upload[Symbol.asyncDispose]();
    throw error;
  }
}

/** The compression that is to be undone on the way. */
async function toUndo(
  target: Target,
  { what, packing, inner }: LocalSource,
  context: Context,
): Promise<Unpackable | undefined> {
  // pg_restore takes no archive that somebody has compressed as a whole.
  if (inner === 'archive' && canUnpack(packing)) return packing;
  if (packing === 'plain' || packing === 'archive' || (await canRead(target.container, packing, context)))
    return undefined;
  const place = placeOf(target);
  if (!canUnpack(packing))
    throw new UserError(
      'preflight',
      `${what} is compressed by ${packing}, which ${place} does not have; decompress it first: ${packing} -d`,
    );
  context.log.info(
    { path: target.server.dumpFile },
    `there is no ${packing} in ${place}: the dump is decompressed here`,
  );
  return packing;
}

interface Sending {
  readonly source: LocalSource;
  readonly undo: Unpackable | undefined;
  readonly path: string;
  readonly maximumUsedPercent: number;
}

/** Gives the SHA-256 of what lies here, which is what its record is about. */
async function send(
  target: Target,
  { source, undo, path, maximumUsedPercent }: Sending,
  caller: Caller,
  context: Context,
): Promise<string> {
  const read = new Passage(source.chunks);
  const sent = new Passage(undo ? expanded(source, read, undo) : read);
  using _progress = caller.progress('the dump', () => ({ done: read.bytes, total: source.size }));
  const place = placeOf(target);
  const wanted = { source: sent, bytes: undo ? undefined : source.size, maximumUsedPercent };
  const arrived = await explainFailure('verification', `Sending the dump to ${place}`, () =>
    writeDumpFile(target.container, path, wanted, context),
  ).catch((error: unknown) => {
    // What could not be read ends the sending, which then fails in words of its own.
    throw sent.failure ?? error;
  });
  if (arrived.bytes === sent.bytes && arrived.sha256 === sent.digest()) return read.digest();
  throw new UserError(
    'verification',
    `The dump has not arrived in ${place} as it was sent: ${arrived.bytes} of ${sent.bytes} bytes; run it again`,
  );
}

async function* expanded(
  { what }: LocalSource,
  chunks: AsyncIterable<Buffer>,
  undo: Unpackable,
): AsyncIterable<Buffer> {
  try {
    yield* unpacked(chunks, undo);
  } catch (error) {
    throw new UserError(
      'preflight',
      `${what} is damaged: it cannot be read (${messageOf(error)}); take another`,
      {
        cause: error,
      },
    );
  }
}

/** What goes by here is counted, and its SHA-256 is known in the end. */
class Passage implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterable<Buffer>;
  readonly #hash = createHash('sha256');
  #digest: string | undefined;
  bytes = 0;
  /** Why there was no more of it. */
  failure: unknown;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    try {
      for await (const chunk of this.#source) {
        this.#hash.update(chunk);
        this.bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  digest(): string {
    return (this.#digest ??= this.#hash.digest('hex'));
  }
}

/** On a signal of its own; says where it has to be done by hand. */
async function remove(target: Target, path: string, context: Context): Promise<void> {
  const never = new AbortController().signal;
  using deadline = new Deadline(context.clock, removeMilliseconds, never, `${path}: not removed`);
  try {
    await removeDumpFile(target.container, path, { kube: context.kube, signal: deadline.signal });
  } catch (error) {
    context.log.warn(`${path} in ${placeOf(target)} could not be removed: ${messageOf(error)}`);
  }
}
