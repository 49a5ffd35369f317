import type { LogOptions } from '../core/log.ts';
import type { logFormats } from '../settings/command-options.ts';

/** What a person wants to hear besides the result. */
export interface LogFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly logFormat?: (typeof logFormats)[number];
}

interface Stream {
  readonly isTTY?: boolean;
}

/**
 * A person who sends the log to a file still sits at a terminal, and wants to read that file. Colours are for the terminal
 * itself.
 */
export function logOptions(
  { quiet = false, verbose = false, logFormat = 'auto' }: LogFlags,
  { stdin, stdout, stderr }: Readonly<Record<'stdin' | 'stdout' | 'stderr', Stream>>,
  wantsColour: boolean,
): Pick<LogOptions, 'level' | 'isTerminal' | 'colour'> {
  const hasPerson = [stdin, stdout, stderr].some(({ isTTY = false }) => isTTY);
  return {
    level: quiet ? 'warn' : verbose ? 'debug' : 'info',
    isTerminal: logFormat === 'text' || (logFormat === 'auto' && hasPerson),
    colour: wantsColour && (stderr.isTTY ?? false),
  };
}
