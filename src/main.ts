import { Command as Program } from 'commander';
import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { create } from './commands/create.ts';
import { settingsTable } from './commands/env.ts';
import type { Command } from './commands/command.ts';
import type { Context } from './context.ts';
import { CancelledError, exitCodes, messageOf, ProblemsError, UserError, type ExitReason } from './errors.ts';
import { createKube } from './kube/client.ts';
import { loadClusterAccess } from './kube/config.ts';
import { createLogger } from './log.ts';
import { addFlags, flagsGiven } from './settings/flags.ts';
import { processEnvironment, proxySettings, wantsColour } from './settings/environment.ts';
import { effectiveSettings, readSettings } from './settings/read.ts';
import type { SettingsTable } from './settings/schema.ts';
import type { Sources } from './settings/sources.ts';
import { systemClock, systemRandom } from './system.ts';

declare const BACKUP_NS_VERSION: string;

// Streams make short-lived buffers: a young generation that does not grow keeps a third of the memory, at the same speed.
setFlagsFromString('--semi-space-growth-factor=1');

const commands = [create];

const log = createLogger({ isTerminal: process.stderr.isTTY, colour: wantsColour(processEnvironment) });

function program(): Program {
  const root = new Program('backup-ns')
    .description('Application-consistent backups of Kubernetes namespaces')
    .version(typeof BACKUP_NS_VERSION === 'string' ? BACKUP_NS_VERSION : 'development')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitCodes.settings));
  for (const command of commands) addCommand(root, command);
  addEnv(root);
  return root;
}

function addCommand<Table extends SettingsTable, Settings>(
  root: Program,
  command: Command<Table, Settings>,
): void {
  const parsed = withSettings(root, command).addHelpText('after', `\n${endings(command.endings)}`);
  parsed.action(() => end(() => run(command, sourcesOf(parsed, command))));
}

function addEnv(root: Program): void {
  const env = root.command('env').summary('Print the settings in force, and where each comes from');
  for (const command of commands) {
    const parsed = withSettings(env, command).option('-o, --output <format>', 'text or json', 'text');
    parsed.action(() => {
      const { rows, problems } = effectiveSettings(command.settings, sourcesOf(parsed, command));
      const isJson = parsed.opts<{ output: string }>().output === 'json';
      process.stdout.write(`${isJson ? JSON.stringify(rows) : settingsTable(rows)}\n`);
      if (problems.length === 0) return;
      report(new ProblemsError('settings', problems));
      process.exitCode = exitCodes.settings;
    });
  }
}

function withSettings<Table extends SettingsTable, Settings>(
  parent: Program,
  command: Command<Table, Settings>,
): Program {
  const parsed = parent
    .command(command.name)
    .summary(command.summary)
    .description(
      `${command.summary}.\n\nEvery flag can also be given as the variable in brackets; a flag wins.`,
    )
    .option('--kubeconfig <path>', 'the kubeconfig file (default: KUBECONFIG, ~/.kube/config, or the pod)')
    .option('--context <name>', 'a context of the kubeconfig (default: its current one)');
  return addFlags(parsed, command.settings.table);
}

function sourcesOf<Table extends SettingsTable, Settings>(
  parsed: Program,
  command: Command<Table, Settings>,
): Sources & { parsed: Program } {
  // The node's CPUs, not the container's share of them: all pods of a node must count the same slots.
  const machine = { cpus: cpus().length };
  return {
    environment: processEnvironment,
    flags: flagsGiven(parsed, command.settings.table),
    machine,
    parsed,
  };
}

async function run<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources & { parsed: Program },
): Promise<unknown> {
  const { settings, rows } = readSettings(command.settings, sources);
  const { kubeconfig, context: contextName } = sources.parsed.opts<{
    kubeconfig?: string;
    context?: string;
  }>();
  const access = loadClusterAccess({
    kubeconfig,
    context: contextName,
    proxy: proxySettings(processEnvironment),
  });
  const signal = stopSignal(log);
  const kube = createKube({ access, clock: systemClock, random: systemRandom });
  const context: Context = { kube, clock: systemClock, random: systemRandom, log, signal };
  try {
    return await command.run(settings, rows, context);
  } catch (error) {
    if (!signal.aborted || error === signal.reason) throw error;
    throw new CancelledError(`${messageOf(signal.reason)}; ${messageOf(error)}`, { cause: error });
  } finally {
    await kube.close();
  }
}

/** Aborted by the first SIGTERM or SIGINT; a second one does not wait for the cleanup. */
function stopSignal(logger: Logger): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCodes.cancelled);
      logger.warn(`stopping, on ${name}`);
      stop.abort(new CancelledError(`Stopped by ${name}`));
    });
  }
  return stop.signal;
}

/** Prints the result, or what went wrong, as the last line on stdout; and exits with the code that says it. */
async function end(work: () => Promise<unknown>): Promise<void> {
  try {
    await finish(exitCodes.done, await work());
  } catch (error) {
    const reason: ExitReason = error instanceof UserError ? error.reason : 'unexpected';
    report(error);
    await finish(exitCodes[reason], { error: messageOf(error), reason, exitCode: exitCodes[reason] });
  }
}

function report(error: unknown): void {
  if (error instanceof ProblemsError) for (const problem of error.problems) log.error(problem);
  else if (error instanceof UserError) log.error(error.message);
  else log.error(error);
}

function finish(exitCode: number, result: unknown): Promise<never> {
  return new Promise(() => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(exitCode)));
}

function endings(reasons: readonly ExitReason[]): string {
  const meanings: Record<ExitReason, string> = {
    done: 'done',
    unexpected: 'an unexpected error',
    settings: 'wrong settings or usage',
    partial: 'some items failed',
    preflight: 'a check before the backup failed; nothing was changed',
    lock: 'no lock was free in time',
    dump: 'the dump failed; the previous one is as it was',
    snapshot: 'the snapshot failed, or was not ready in time',
    destination: 'the destination failed',
    verification: 'a restore or verification failed',
    cancelled: 'stopped by a signal',
  };
  const all: ExitReason[] = ['done', 'unexpected', 'settings', ...reasons, 'cancelled'];
  const lines = all.map((reason) => `  ${String(exitCodes[reason]).padStart(3)}  ${meanings[reason]}`);
  return `Exit codes:\n${lines.join('\n')}`;
}

await program().parseAsync();
