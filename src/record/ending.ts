import { exitCodes, messageOf, ResultError, UserError, type ExitReason } from '../core/errors.ts';

/** How a run came to its end. */
export interface Ending<Result> {
  readonly at: Date;
  /** Of the whole run, waiting for locks included. */
  readonly seconds: number;
  readonly exitReason: ExitReason;
  /** Of what is done; with a problem when not all of it is. */
  readonly result?: Result | undefined;
  /** A sentence, or one a line. */
  readonly problem?: string | undefined;
}

/** What the run made, or what it threw; `stopped` is why it was asked to stop, if it was. */
export type Outcome<Result> =
  | { readonly result: Result }
  | { readonly error: unknown; readonly stopped: unknown };

/** A `ResultError` of a run has the result of that run. */
export function endingOf<Result extends object>(
  run: Pick<Ending<Result>, 'at' | 'seconds'>,
  outcome: Outcome<Result>,
): Ending<Result> {
  if ('result' in outcome) return { ...run, exitReason: 'done', result: outcome.result };
  const { error, stopped } = outcome;
  const cause = stopped ?? error;
  return {
    ...run,
    exitReason: cause instanceof UserError ? cause.reason : 'unexpected',
    problem: messageOf(cause),
    result: error instanceof ResultError ? (error.result as Result) : undefined,
  };
}

export function exitCodeOf({ exitReason }: Pick<Ending<unknown>, 'exitReason'>): number {
  return exitCodes[exitReason];
}
