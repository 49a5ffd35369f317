import { copyOf } from './quoted.ts';

/** The exit codes of backup-ns; `--help` of every command lists those it can end with. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  settings: 2,
  partial: 3,
  preflight: 4,
  lock: 5,
  dump: 6,
  snapshot: 7,
  destination: 8,
  verification: 9,
  cancelled: 130,
} as const;

export type ExitReason = keyof typeof exitCodes;

export const exitMeanings: Readonly<Record<ExitReason, string>> = {
  done: 'done',
  unexpected: 'an unexpected error',
  settings: 'wrong settings or usage',
  partial: 'some items failed',
  preflight: 'a preflight check failed; nothing was changed',
  lock: 'no lock was free in time',
  dump: 'the dump failed; an earlier dump is not lost',
  snapshot: 'the snapshot failed, or was not ready in time',
  destination: 'the destination failed',
  verification: 'a restore or verification failed',
  cancelled: 'stopped by a signal, or not confirmed',
};

/**
 * An error whose message is the whole story for the person who reads it:
 * one sentence that says what is wrong, where, and what to do next.
 * Anything that is not a `UserError` is a defect or an outage and is shown with its cause chain.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Decides the exit code of the process. */
  readonly reason: ExitReason;

  constructor(reason: ExitReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}

/** Several problems found together, such as all wrong settings or all failed preflight checks; one sentence each. */
export class ProblemsError extends UserError {
  readonly problems: readonly string[];

  constructor(reason: ExitReason, problems: readonly string[], options?: { cause?: unknown }) {
    super(reason, problems.join('\n'), options);
    this.problems = problems;
  }
}

/** A failure that has a result all the same, which is printed as if all had gone well. */
export class ResultError extends UserError {
  readonly result: object;

  constructor(reason: ExitReason, message: string, result: object) {
    super(reason, message);
    this.result = result;
  }
}

/** What was run has ended badly, and we end as it did. */
export class EndedBadlyError extends ResultError {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, result: object) {
    const known = Object.entries(exitCodes).find(([, code]) => code === exitCode);
    super((known?.[0] as ExitReason | undefined) ?? 'unexpected', message, result);
    this.exitCode = exitCode;
  }
}

/** Some items failed and the others were done: the result says which. */
export class PartialError extends ResultError {
  constructor(message: string, result: object) {
    super('partial', message, result);
  }
}

/**
 * The work was asked to stop: SIGTERM, SIGINT, a deadline or a lost lock, and `signal.reason` carries one of these; or a
 * person who was asked has said no.
 */
export class CancelledError extends UserError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('cancelled', message, options);
  }
}

/** Something is not as a change wants it, for what others have made of it, so that it is left as it is. The next run looks at it anew. */
export class LeftAlone extends Error {
  override readonly name = 'LeftAlone';
}

/** Characters: an API server quotes whatever it does not like, and it may be large. */
const longestMessage = 2000;

/** The words of any thrown value, as many of them as anybody reads. */
export function messageOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.length <= longestMessage ? words : `${copyOf(words, longestMessage - 1)}…`;
}
