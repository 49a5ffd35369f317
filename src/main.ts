import type { Logger } from 'pino';
import { asData } from './cli/as-data.ts';
import { calledAs } from './cli/called-as.ts';
import { connect, noCluster } from './cli/cluster.ts';
import type { Command } from './cli/command.ts';
import { version } from './cli/build-info.ts';
import { commands } from './cli/commands.ts';
import { complete, completeWord } from './cli/completion/complete.ts';
import { clusterLookup } from './cli/completion/lookup.ts';
import { logOptions, type LogFlags } from './cli/log-flags.ts';
import { formatOf, oneLine } from './cli/one-line.ts';
import { commandLine, type RunFlags } from './cli/program.ts';
import { doubtsOf, readWithRecall } from './cli/read-with-recall.ts';
import { withNamesOf } from './cli/setting-names.ts';
import { leaveTerminationMessage } from './cli/termination-message.ts';
import {
  CancelledError,
  EndedBadlyError,
  exitCodes,
  type ExitReason,
  messageOf,
  ProblemsError,
  ResultError,
  UserError,
} from './core/errors.ts';
import { explained } from './kube/explain-failure.ts';
import type { Kube } from './kube/kube.ts';
import { createLogger } from './core/log.ts';
import { isInPod, processEnvironment, proxySettings, wantsColour } from './cli/environment.ts';
import type { SnapshotContext } from './snapshots/provider.ts';
import { defaultProvider } from './snapshots/providers.ts';
import { recordRefused } from './record/recorded.ts';
import { tryReadSettings } from './settings/read.ts';
import type { SettingsTable } from './settings/schema.ts';
import type { Sources } from './settings/sources.ts';
import { systemClock, systemRandom } from './core/system.ts';
import { isStdinTerminal, openTerminal } from './cli/terminal/terminal.ts';

const called = calledAs(process.argv[1]);

/** What the settings are called that sentences speak of; known once it is known which command runs. */
let withNames = (text: string): string => text;

const terminal = openTerminal(wantsColour(processEnvironment));
let log = loggerFor({});

function loggerFor(flags: LogFlags): Logger {
  return createLogger({
    ...logOptions(
      flags,
      { stdin: { isTTY: isStdinTerminal }, stdout: process.stdout, stderr: process.stderr },
      wantsColour(processEnvironment),
    ),
    rewrite: (line) => `${terminal.inPlaceOfProgress()}${withNames(line)}`,
  });
}

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
  withNames = withNamesOf(command.settings.table);
  log = loggerFor(flags);
  const { output, isOneLine } = formatOf(command, flags.output, {
    isTerminal: process.stdout.isTTY,
    isInPod: isInPod(processEnvironment),
  });
  const view = command.views?.[output];
  const text = (result: unknown) => {
    if (result === undefined || command.ownsStdout) return [];
    if (view) return [view(result, terminal)];
    return asData(isOneLine ? oneLine(result as object, command.sentence) : (result as object), output);
  };
  try {
    const result = await run(command, sources, { ...flags, output });
    await exitWith(exitCodes.done, await text(result));
  } catch (error) {
    const reason = error instanceof UserError ? error.reason : 'unexpected';
    // Where the log and the result are one, it stands there once; what nobody has foreseen is there with its stack, too.
    if (!isOneLine || reason === 'unexpected') report(error);
    if (command.record) leaveTerminationMessage(withNames(messageOf(error)));
    const ending = { error: messageOf(error), reason, exitCode: exitCodeOf(error, reason) };
    const hasResult = error instanceof ResultError;
    if (hasResult) await exitWith(ending.exitCode, await text({ ...error.result, ...ending }));
    else await exitWith(ending.exitCode, view ? [] : await text(ending));
  }
}

async function run<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  flags: RunFlags & { readonly output: string },
): Promise<unknown> {
  const known = command.recall ? undefined : await readOrTell(command, sources, flags);
  const doubts = known ? [] : doubtsOf(command, sources);
  const kube = command.isOffline ? undefined : connect(flags, log);
  try {
    signal.throwIfAborted();
    const context = contextOf(kube ?? noCluster);
    const { settings, rows } = known ?? (await readWithRecall(command, sources, doubts, context, terminal));
    const { output, quiet: isQuiet = false } = flags;
    const heard = isQuiet ? { ...terminal, progress: () => {} } : terminal;
    return await command.run(settings, context, {
      rows,
      output,
      terminal: heard,
      program: called.name,
      isQuiet,
    });
  } catch (error) {
    if (!signal.aborted || error === signal.reason) throw explained(error);
    throw new CancelledError(`${messageOf(signal.reason)}; ${messageOf(error)}`, { cause: error });
  } finally {
    await kube?.close();
  }
}

/** A CronJob whose settings are refused has nobody who reads its log. */
async function readOrTell<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  flags: RunFlags,
) {
  const read = tryReadSettings(command.settings, sources);
  if ('settings' in read) return read;
  const { refusal, readable } = read;
  const told = command.record?.(readable);
  if (told?.settings.pod !== undefined) {
    await toCluster(flags, (context) =>
      recordRefused(refusal, { ...told, report: told.report(context.kube.namespace) }, context),
    ).catch((failure: unknown) => log.warn(`No event was written: ${messageOf(failure)}`));
  }
  throw refusal;
}

async function toCluster(flags: RunFlags, tell: (context: SnapshotContext) => Promise<void>): Promise<void> {
  const kube = connect(flags, log);
  try {
    await tell(contextOf(kube));
  } finally {
    await kube.close();
  }
}

function contextOf(kube: Kube): SnapshotContext {
  return { kube, clock: systemClock, random: systemRandom, log, signal, snapshots: defaultProvider };
}

function report(error: unknown): void {
  if (error instanceof ProblemsError) for (const problem of error.problems) log.error(problem);
  else if (error instanceof UserError) log.error(error.message);
  else log.error(error);
}

function exitCodeOf(error: unknown, reason: ExitReason): number {
  return error instanceof EndedBadlyError ? error.exitCode : exitCodes[reason];
}

/** A reader that went away takes the result with it, never the exit code; what cannot be written is not a success. */
async function exitWith(exitCode: number, pieces: Iterable<string>): Promise<never> {
  try {
    let isEmpty = true;
    for (const piece of pieces) {
      isEmpty &&= piece === '';
      if (!(await terminal.print(withNames(piece)))) break;
    }
    if (!isEmpty) await terminal.print('\n');
  } catch (error) {
    log.error(`The result could not be written: ${messageOf(error)}`);
    process.exit(exitCode === exitCodes.done ? exitCodes.unexpected : exitCode);
  }
  process.exit(exitCode);
}

/** What the last word may become: for a shell, which wants no error. */
async function answerShell(words: readonly string[]): Promise<never> {
  const program = commandLine(version, commands, runToEnd, words);
  await terminal.print(await complete(program, words, clusterLookup(proxySettings(processEnvironment))));
  process.exit(exitCodes.done);
}

const typed = process.argv.slice(2);
if (called.isCompletion) await answerShell(typed);
if (typed[0] === completeWord) await answerShell(typed.slice(1));
await commandLine(version, commands, runToEnd, typed, called.name).parseAsync();
