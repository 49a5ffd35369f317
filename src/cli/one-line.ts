import type { SettingsTable } from '../settings/schema.ts';
import type { Command } from './command.ts';

/** Where a result goes. */
export interface Place {
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
  readonly isInPod: boolean;
}

/** In which format a result is printed; `isOneLine` for one that stands in the log of a pod, among the lines of the log. */
export interface Format {
  readonly output: string;
  readonly isOneLine: boolean;
}

type Printed = Pick<Command<SettingsTable, unknown>, 'views' | 'byHand'>;

/** The same on a terminal and in a pipe. In a pod that nobody looks at, a CronJob's command has one line for people and programs. */
export function formatOf(
  { views = {}, byHand = false }: Printed,
  given: string | undefined,
  { isTerminal, isInPod }: Place,
): Format {
  const [first = 'json'] = Object.keys(views);
  const isOneLine = given === undefined && isInPod && !isTerminal && !byHand;
  return { output: given ?? (isOneLine ? 'json' : first), isOneLine };
}

/**
 * What a person reads comes first, or of a failure last: that much is left where only the end of a log is shown, as in the
 * message of a pod.
 */
export function oneLine<Result extends object>(
  result: Result,
  sentence?: (result: Result) => string,
): Record<string, unknown> {
  const { error, reason, exitCode, ...others } = result as Record<string, unknown>;
  if (error !== undefined) return { ...others, error, reason, exitCode, level: 'error' };
  return { msg: sentence?.(result), level: 'info', ...result };
}
