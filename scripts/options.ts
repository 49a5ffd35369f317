import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from '../src/core/errors.ts';

/**
 * The options and words that a script was given. `--help` shows its usage, and so does an option that it does not have; either ends
 * the process, before anything is built or brought up.
 */
export function wordsGiven<const Config extends ParseArgsConfig>(usage: string, config: Config) {
  showUsageIfAsked(usage);
  try {
    return parseArgs(config);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}\n`);
    process.exit(2);
  }
}

/** For a script that passes words on. */
export function showUsageIfAsked(usage: string): void {
  if (!process.argv.slice(2).some((word) => word === '--help' || word === '-h')) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
