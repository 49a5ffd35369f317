import type { Command } from './commands/command.ts';
import { create } from './commands/create.ts';
import { markAndDelete } from './commands/mark-and-delete.ts';
import { retain } from './commands/retain.ts';
import { commandLine, type RunFlags } from './commands/program.ts';
import { CancelledError, exitCodes, messageOf, PartialError, ProblemsError, UserError } from './errors.ts';
import { createKube } from './kube/client.ts';
import { loadClusterAccess } from './kube/config.ts';
import { createLogger } from './log.ts';
import { processEnvironment, proxySettings, wantsColour } from './settings/environment.ts';
import { readSettings } from './settings/read.ts';
import type { SettingsTable } from './settings/schema.ts';
import type { Sources } from './settings/sources.ts';
import { systemClock, systemRandom } from './system.ts';

const commands: readonly Command<SettingsTable, unknown>[] = [create, retain, markAndDelete];

declare const BACKUP_NS_VERSION: string;
const version = typeof BACKUP_NS_VERSION === 'string' ? BACKUP_NS_VERSION : 'development';

const log = createLogger({ isTerminal: process.stderr.isTTY, colour: wantsColour(processEnvironment) });

// From the first moment on: as process 1 of a container we would not even notice a signal that we do not handle.
const signal = stopSignal();

/** Aborted by the first SIGTERM or SIGINT; a second one does not wait for the cleanup. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCodes.cancelled);
      log.warn(`stopping, on ${name}`);
      stop.abort(new CancelledError(`Stopped by ${name}`));
    });
  }
  return stop.signal;
}

/** Ends the process: the result, or what went wrong, is the last line on stdout, and the exit code says which. */
async function runToEnd<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  flags: RunFlags,
): Promise<void> {
  const output = flags.output ?? (process.stdout.isTTY ? 'table' : 'json');
  const text = (result: unknown) =>
    output === 'table' && command.present ? command.present(result) : JSON.stringify(result);
  try {
    exitWith(exitCodes.done, text(await run(command, sources, flags)));
  } catch (error) {
    const reason = error instanceof UserError ? error.reason : 'unexpected';
    report(error);
    const ending = { error: messageOf(error), reason, exitCode: exitCodes[reason] };
    const isPartial = error instanceof PartialError;
    exitWith(exitCodes[reason], isPartial ? text({ ...error.result, ...ending }) : JSON.stringify(ending));
  }
}

async function run<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  { kubeconfig, context }: RunFlags,
): Promise<unknown> {
  const { settings, rows } = readSettings(command.settings, sources);
  const access = loadClusterAccess({ kubeconfig, context, proxy: proxySettings(processEnvironment) });
  const kube = createKube({ access, clock: systemClock, random: systemRandom });
  try {
    signal.throwIfAborted();
    return await command.run(settings, rows, { kube, clock: systemClock, random: systemRandom, log, signal });
  } catch (error) {
    if (!signal.aborted || error === signal.reason) throw error;
    throw new CancelledError(`${messageOf(signal.reason)}; ${messageOf(error)}`, { cause: error });
  } finally {
    await kube.close();
  }
}

function report(error: unknown): void {
  if (error instanceof ProblemsError) for (const problem of error.problems) log.error(problem);
  else if (error instanceof UserError) log.error(error.message);
  else log.error(error);
}

function exitWith(exitCode: number, text: string): void {
  // A reader that went away takes the result with it, never the exit code.
  process.stdout.on('error', () => process.exit(exitCode));
  process.stdout.write(`${text}\n`, () => process.exit(exitCode));
}

await commandLine(version, commands, runToEnd).parseAsync();
