import { Option, type Command as Program } from 'commander';
import type { LogOptions } from '../core/log.ts';

const formats = ['auto', 'text', 'json'] as const;

/** What a person wants to hear besides the result. */
export interface LogFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly logFormat?: (typeof formats)[number];
}

/** Of every command, beside its own flags. They are for who types: no variable of a CronJob has a part in it. */
export function addLogFlags(command: Program): void {
  command
    .addOption(new Option('--quiet', 'Log nothing but warnings and errors').conflicts('verbose'))
    .addOption(new Option('--verbose', 'Also log each request to the cluster, and what is for debugging'))
    .addOption(
      new Option(
        '--log-format <format>',
        'Log as text, json or auto: text if stdin, stdout or stderr is a terminal, else json (default: auto)',
      ).choices(formats),
    );
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
