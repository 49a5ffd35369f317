import type { Dump } from '../databases/database.ts';
import { CancelledError, ProblemsError, UserError, type ExitReason } from '../core/errors.ts';

/** What a backup has changed until it failed, and what of that it could not undo. */
export interface Changed {
  /** New ones, which have replaced those of before. */
  readonly dumps: readonly Dump[];
  /** A sentence each. */
  readonly notUndone: readonly string[];
  /** How far it has come. */
  readonly stage: 'dump' | 'snapshot';
}

/**
 * The error as it is true with all that has changed by then: 'preflight' says that nothing has, and a dump that failed that
 * those of before are as they were. A stop says nothing of the kind, nor does what is unexpected.
 */
export function withChanges(error: unknown, changed: Changed): unknown {
  if (!(error instanceof UserError) || error instanceof CancelledError) return error;
  const { dumps, notUndone, stage } = changed;
  const isUntrue = error.reason === 'preflight' || error.reason === 'dump';
  const replaced = isUntrue && dumps.length > 0 ? [replacedSentence(dumps)] : [];
  const all = [...replaced, ...notUndone];
  if (all.length === 0) return error;
  const reason: ExitReason = error.reason === 'preflight' ? stage : error.reason;
  const problems = error instanceof ProblemsError ? error.problems : [error.message];
  return new ProblemsError(reason, [...problems, ...all], { cause: error });
}

function replacedSentence(dumps: readonly Dump[]): string {
  const paths = dumps.map(({ path }) => path).join(', ');
  return `By then new dumps had replaced those of before, of which there is no snapshot yet: ${paths}`;
}
