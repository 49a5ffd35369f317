import { PassThrough } from 'node:stream';
import type { Context } from '../../context.ts';
import { readDumpFile } from '../../databases/transfer-dump.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { Container } from '../../pods/pod.ts';

/** A file of a container as it comes, at the pace of who reads it. Disposing of it ends the reading there, too. */
export class FileStream implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #pipe = new PassThrough();
  readonly #sent: Promise<void>;

  constructor(container: Container, path: string, what: string, context: Context) {
    const signal = AbortSignal.any([context.signal, this.#stop.signal]);
    this.#pipe.on('error', () => {}); // Whoever reads is told.
    this.#sent = explainFailure('verification', `Reading ${what}`, () =>
      readDumpFile(container, path, this.#pipe, { unchecked: true }, { ...context, signal }),
    ).then(
      () => void this.#pipe.end(),
      (error: unknown) => void this.#pipe.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  chunks(): AsyncIterator<Buffer> {
    return this.#pipe[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('nobody reads it any more'));
    this.#pipe.destroy();
    await this.#sent;
  }
}
