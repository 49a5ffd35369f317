import { exitCodes, messageOf, ResultError, UserError, type ExitReason } from '../../core/errors.ts';
import type { BackupResult } from '../result.ts';

/** How a backup came to its end. */
export interface Ending {
  readonly namespace: string;
  readonly pvcs: readonly string[];
  readonly at: Date;
  readonly exitReason: ExitReason;
  /** Of the whole run, waiting for locks included. */
  readonly seconds: number;
  /** Of a backup that is complete; with a problem when not all that it changed is as before. */
  readonly result?: BackupResult | undefined;
  /** A sentence, or one a line. */
  readonly problem?: string | undefined;
}

/** What the run made, or what it threw; `stopped` is why it was asked to stop, if it was. */
export type Outcome =
  | { readonly result: BackupResult }
  | { readonly error: unknown; readonly stopped: unknown };

export function endingOf(
  run: Pick<Ending, 'namespace' | 'pvcs' | 'at' | 'seconds'>,
  outcome: Outcome,
): Ending {
  if ('result' in outcome) return { ...run, exitReason: 'done', result: outcome.result };
  const { error, stopped } = outcome;
  const cause = stopped ?? error;
  return {
    ...run,
    exitReason: cause instanceof UserError ? cause.reason : 'unexpected',
    problem: messageOf(cause),
    result: error instanceof ResultError ? (error.result as BackupResult) : undefined,
  };
}

export function exitCodeOf({ exitReason }: Ending): number {
  return exitCodes[exitReason];
}
