import type { Logger } from 'pino';
import { sentence } from '../core/quoted.ts';
import type { SnapshotKey } from './stored.ts';

/** The errors that a storage reports of a snapshot, which it retries for ever: each is shown once, as it appears. */
export class StorageErrors {
  readonly #key: SnapshotKey;
  readonly #log: Logger;
  #last: string | undefined;

  constructor({ namespace, name }: SnapshotKey, log: Logger) {
    this.#key = { namespace, name };
    this.#log = log;
  }

  /** What the storage says now, in its own words, if it says anything. */
  see(message: string | undefined): void {
    const words = sentence(message);
    if (words === undefined || words === this.#last) return;
    const { namespace, name: snapshot } = this.#key;
    this.#log.warn({ namespace, snapshot, reason: words }, 'the storage reports an error, waiting on');
    this.#last = words;
  }

  get last(): string | undefined {
    return this.#last;
  }
}

/** What the storage says of something that is late, as part of a sentence. */
export function storageWords(lastError: string | undefined): string {
  return lastError ? `the storage says: ${lastError}` : 'the storage reports no error';
}
