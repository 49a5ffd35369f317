import { Writable } from 'node:stream';
import { KubeError } from '../error.ts';
import type { ExecOptions, Executor } from '../kube.ts';

export interface CaptureOptions extends Omit<ExecOptions, 'stdout' | 'stderr'> {
  /** Bytes that each of stdout and stderr may have; 1 MiB. */
  readonly limit?: number | undefined;
}

export interface Captured {
  readonly exitCode: number;
  /** UTF-8, untrimmed. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command and keeps what it says. Too much output ends it: KubeError `OutputTooLarge`. */
export async function execCapture(
  executor: Executor,
  { limit = 1024 * 1024, ...options }: CaptureOptions,
): Promise<Captured> {
  const stdout = new Collector('stdout', limit);
  const stderr = new Collector('stderr', limit);
  const { exitCode } = await executor.exec({ ...options, stdout, stderr });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

class Collector extends Writable {
  readonly #stream: string;
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(stream: string, limit: number) {
    super();
    this.#stream = stream;
    this.#limit = limit;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#length += chunk.length;
    if (this.#length > this.#limit) return done(tooLarge(this.#stream, this.#limit));
    // A copy: the chunk is a view of a much larger buffer of the socket's.
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

function tooLarge(stream: string, limit: number): KubeError {
  const fields = { status: 0, reason: 'OutputTooLarge', retryable: false };
  return new KubeError(`the command wrote more than ${limit} bytes to ${stream}`, fields);
}
