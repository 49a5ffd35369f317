import type { Writable } from 'node:stream';
import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { named } from './database.ts';
import { refused, runScript } from './run-script.ts';
import { tooFullWords } from './dump-place.ts';
import { tooFull } from './scripts/volume.ts';
import { downloadScript, readableScript, removeScript, uploadScript } from './scripts/dump-file.ts';
import type { Container } from '../pods/pod.ts';

/** What the container says of a file that it has sent. */
export interface SentFile {
  /** Undefined of a folder, which was sent as a tar. */
  readonly bytes: number | undefined;
  /** By its record, or without one by what the file has now. */
  readonly sha256: string;
  readonly isRecorded: boolean;
  /** Of a folder, what its record says of its files. */
  readonly folderDigest?: string;
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
  context: Context,
): Promise<SentFile> {
  const args = [path, unchecked ? 'unchecked' : 'checked'];
  const onFact = (key: string, value: string): void => void (key === 'size' && onSize(Number(value)));
  const run = { script: downloadScript, args, secret: '', container, onFact, sink };
  const { exitCode, facts, words: said } = await runScript(run, context);
  if (exitCode === 0 && facts.isComplete) {
    const [packed, recorded] = [facts.get('packed'), facts.get('recorded')];
    if (packed)
      return {
        bytes: undefined,
        sha256: packed,
        isRecorded: Boolean(recorded),
        ...(recorded && { folderDigest: recorded }),
      };
    const [bytes, sha256] = [Number(facts.get('bytes')), recorded || facts.get('sha256')];
    if (Number.isSafeInteger(bytes) && sha256) return { bytes, sha256, isRecorded: Boolean(recorded) };
  }
  const words = said.replaceAll(/(?:^|; )(?:recorded|size|bytes)=\w*/g, '');
  const reason = words || `the transfer ended with exit status ${exitCode} before it was through`;
  const place = `${path} in ${named(container)}`;
  throw new UserError(
    exitCode === refused ? 'preflight' : 'verification',
    `${place} cannot be downloaded: ${reason}`,
  );
}

/** Whether the container has a program that reads dumps of this format. Throws UserError 'preflight' when it does not say. */
export async function canRead(container: Container, format: string, context: Context): Promise<boolean> {
  const run = { script: readableScript, args: [format], secret: '', container };
  const { exitCode, facts, words } = await runScript(run, context);
  if (exitCode === 0 && facts.isComplete) return facts.all('has').includes(format);
  throw new UserError(
    'preflight',
    `What ${named(container)} has to read dumps cannot be found out: ${words || `exit status ${exitCode}`}`,
  );
}

/** What has arrived in the container. */
export interface ReceivedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** What is to arrive there. */
export interface WriteOptions {
  readonly source: AsyncIterable<Buffer>;
  /** Undefined where it is not known before. */
  readonly bytes: number | undefined;
  /** Of the volume's space. */
  readonly maximumUsedPercent: number;
}

/**
 * Streams it to a new file. Throws UserError 'preflight' when there is no room for it, and 'verification' when it cannot be
 * written; nothing is left then. Throws what the source throws, and leaves the file as far as it came.
 */
export async function writeDumpFile(
  container: Container,
  path: string,
  { source, bytes: expected = 0, maximumUsedPercent }: WriteOptions,
  context: Context,
): Promise<ReceivedFile> {
  const args = [path, String(maximumUsedPercent), String(expected)];
  const whole = new UntilFailure(source);
  const run = { script: uploadScript, args, secret: '', container, source: whole, mark: `sending ${path}` };
  const { exitCode, facts, words } = await runScript(run, context);
  if (whole.failed) throw whole.failed.error;
  const [bytes, sha256] = [Number(facts.get('bytes')), facts.get('sha256')];
  if (exitCode === 0 && facts.isComplete && sha256 !== undefined) return { bytes, sha256 };
  const reason =
    exitCode === tooFull
      ? tooFullWords(facts.get('full'), maximumUsedPercent)
      : words || `the transfer ended with exit status ${exitCode} before it was through`;
  throw new UserError(
    exitCode === refused ? 'preflight' : 'verification',
    `${path} in ${named(container)} cannot be written: ${reason}`,
  );
}

/**
 * A source that ends where it fails. The script has ended, too, when that is thrown: nothing makes the file anew behind whoever
 * removes it.
 */
class UntilFailure implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterable<Buffer>;
  failed: { readonly error: unknown } | undefined;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    try {
      for await (const chunk of this.#source) yield chunk;
    } catch (error) {
      this.failed = { error };
    }
  }
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
