import type { Readable, Writable } from 'node:stream';
import type { Tty } from './kube/kube.ts';

/** How much of a step is done, in bytes. */
export interface Amount {
  readonly done: number;
  /** In all, once it is known. */
  readonly total?: number | undefined;
}

/** What is asked before something is destroyed. */
export interface Question<Details = unknown> {
  /** What happens when the answer is yes, and to what. */
  readonly sentence: string;
  /** What has to be typed, so that nobody says yes to another one out of habit. */
  readonly name?: string;
  /** What the question is about, for a caller that can show more than a sentence. */
  readonly details: Details;
}

/** A person's own terminal, while it belongs to a program in the distance: every key is passed on as it is pressed. */
export interface CallerTty extends Tty, Disposable {
  readonly keys: Readable;
  readonly output: Writable;
  /** Aborted when the window is closed. */
  readonly gone: AbortSignal;
}

/**
 * Who asked, as far as a use case may know: a person on a terminal, a program behind an API, a schedule. `Details` is what
 * the questions of the use case are about; a caller that takes any can call every use case.
 */
export interface Caller<Details = unknown> {
  /**
   * Shows that a step is at work since now, and how far it is if that can be told, as often as the caller likes to look,
   * until it is disposed of.
   */
  progress(step: string, soFar?: () => Amount): Disposable;
  /** Rejects with a CancelledError unless the answer is yes. */
  confirm(question: Question<Details>): Promise<void>;
  /** Puts the names that the caller knows settings by into a sentence (see `withSettingNames`). */
  readonly withNames?: (sentence: string) => string;
  /** What the caller sends and takes, where there is such a stream. */
  readonly input?: Readable;
  readonly output?: Writable;
  /** Beside `output`, for what is said about it. */
  readonly errors?: Writable;
  /** Undefined where nobody sits at a terminal. */
  openTty?(): CallerTty | undefined;
}
