import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { removeDumpFile, writeDumpFile } from '../transfer-dump.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import { Deadline } from '../../kube/deadline.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { Caller } from '../../caller.ts';
import type { LocalSource } from './local-source.ts';
import { placeOf, type Target } from '../operations/target.ts';

const removeMilliseconds = 30_000;

/** A dump of this machine, in the container until this is disposed of. */
export interface Upload extends AsyncDisposable {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Brings it to a file beside the dump file, named so that a dump takes it away should we be killed. Throws UserError
 * 'verification' when it does not arrive whole.
 */
export async function uploadDump(
  target: Target,
  source: LocalSource,
  caller: Caller,
  context: Context,
): Promise<Upload> {
  const path = `${target.server.dumpFile}.${context.random.id(8)}${source.isCompressed ? '.gz' : ''}.partial`;
  const upload = { path, [Symbol.asyncDispose]: () => remove(target, path, context) };
  try {
    const sha256 = await send(target, source, path, caller, context);
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

async function send(
  target: Target,
  source: LocalSource,
  path: string,
  caller: Caller,
  context: Context,
): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* measured(): AsyncIterable<Buffer> {
    for await (const chunk of source.chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  using _progress = caller.progress('the dump', () => ({ done: bytes, total: source.size }));
  const place = placeOf(target);
  const arrived = await explainFailure('verification', `Sending the dump to ${place}`, () =>
    writeDumpFile(target.container, path, measured(), context),
  );
  const sha256 = hash.digest('hex');
  if (arrived.bytes === bytes && arrived.sha256 === sha256) return sha256;
  throw new UserError(
    'verification',
    `The dump has not arrived in ${place} as it was sent: ${arrived.bytes} of ${bytes} bytes; run it again`,
  );
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
