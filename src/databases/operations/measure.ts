import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { UserError } from '../../core/errors.ts';

/** Where bytes go: resolves when they are taken. */
export type Take = (chunk: Buffer) => Promise<void>;

/** Passes bytes on, each when the one before was taken, and knows how many there were and their SHA-256. */
export class Measure extends Writable {
  readonly #take: Take;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(take: Take) {
    super();
    this.#take = take;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Of all that has come; nothing more may come then. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    void this.#pass(chunk, done);
  }

  async #pass(chunk: Buffer, done: (error?: Error) => void): Promise<void> {
    let failure: Error | undefined;
    try {
      await this.#take(chunk);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    done(failure);
  }
}

/** Into stdout, at the pace of who reads it. Rejects with a UserError when nobody does any more. */
export function intoStdout(stdout: Writable): Take {
  return (chunk) =>
    new Promise((resolve, reject) => {
      stdout.write(chunk, (error) => (error ? reject(notWritten(error)) : resolve()));
    });
}

function notWritten(error: Error): UserError {
  return new UserError('unexpected', `Stdout did not take all of the dump: ${error.message}`, {
    cause: error,
  });
}
