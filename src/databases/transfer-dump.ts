import { Readable, Writable } from 'node:stream';
import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { named } from './database.ts';
import { lifeline, refused, runScript } from './run-script.ts';
import { Facts, Tail } from '../pods/script-output.ts';
import { downloadScript, removeScript, uploadScript } from './scripts/dump-file.ts';
import type { Container } from '../pods/pod.ts';

/** What the container says of a file that it has sent. */
export interface SentFile {
  /** Undefined of a folder, which was sent as a tar. */
  readonly bytes: number | undefined;
  /** By its record, or without one by what the file has now. */
  readonly sha256: string;
  readonly isRecorded: boolean;
}

export interface ReadOptions {
  /** Also without a record. */
  readonly unchecked: boolean;
  /** Told how large the file is, before it comes. */
  readonly onSize?: (bytes: number) => void;
}

/**
 * Streams the file to `sink`. Throws UserError 'preflight' when there is none that may be sent, and 'verification' when
 * it was broken off. That all has arrived is for the caller to see.
 */
export async function readDumpFile(
  container: Container,
  path: string,
  sink: Writable,
  { unchecked, onSize = () => {} }: ReadOptions,
  { kube, signal }: Context,
): Promise<SentFile> {
  const facts = new Facts((key, value) => void (key === 'size' && onSize(Number(value))));
  const errors = new Tail();
  const { exitCode } = await kube.exec({
    ...container,
    command: ['sh', '-ceu', downloadScript, 'sh', path, unchecked ? 'unchecked' : 'checked'],
    stdin: lifeline('\n'),
    stdout: sink,
    stderr: new Both(facts, errors),
    signal,
  });
  if (exitCode === 0 && facts.isComplete) {
    const [packed, recorded] = [facts.get('packed'), facts.get('recorded')];
    if (packed) return { bytes: undefined, sha256: packed, isRecorded: Boolean(recorded) };
    const [bytes, sha256] = [Number(facts.get('bytes')), recorded || facts.get('sha256')];
    if (Number.isSafeInteger(bytes) && sha256) return { bytes, sha256, isRecorded: Boolean(recorded) };
  }
  const words = errors.words().replaceAll(/(?:^|; )(?:recorded|size|bytes)=\w*/g, '');
  const reason = words || `the transfer ended with exit status ${exitCode} before it was through`;
  const place = `${path} in ${named(container)}`;
  throw new UserError(
    exitCode === refused ? 'preflight' : 'verification',
    `${place} cannot be downloaded: ${reason}`,
  );
}

/** What has arrived in the container. */
export interface ReceivedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Streams `source` to a new file. Throws UserError 'verification' when it cannot be written; nothing is left then. */
export async function writeDumpFile(
  container: Container,
  path: string,
  source: AsyncIterable<Buffer>,
  { kube, signal }: Context,
): Promise<ReceivedFile> {
  const facts = new Facts();
  const errors = new Tail();
  const { exitCode } = await kube.exec({
    ...container,
    command: ['sh', '-ceu', uploadScript, 'sh', path],
    stdin: Readable.from(withFirstLine(source)),
    stdout: facts,
    stderr: errors,
    signal,
  });
  const [bytes, sha256] = [Number(facts.get('bytes')), facts.get('sha256')];
  if (exitCode === 0 && facts.isComplete && sha256 !== undefined) return { bytes, sha256 };
  const reason = errors.words() || `the transfer ended with exit status ${exitCode} before it was through`;
  throw new UserError('verification', `${path} in ${named(container)} cannot be written: ${reason}`);
}

async function* withFirstLine(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield Buffer.from('\n');
  yield* source;
}

/** Resolves also when it was not there. */
export async function removeDumpFile(
  container: Container,
  path: string,
  context: Pick<Context, 'kube' | 'signal'>,
): Promise<void> {
  const run = { script: removeScript, args: [path], secret: '', container };
  const { exitCode, words } = await runScript(run, context);
  if (exitCode !== 0) throw new Error(words || `exit status ${exitCode}`);
}

/** Hands what it is given to each of several that take it at once. */
class Both extends Writable {
  readonly #sinks: readonly Writable[];

  constructor(...sinks: readonly Writable[]) {
    super();
    this.#sinks = sinks;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const sink of this.#sinks) sink.write(chunk);
    done();
  }
}
