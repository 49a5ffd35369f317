import { closeSync, openSync } from 'node:fs';
import type { LocalProcess, LocalProcesses, ProcessOptions } from './local-processes.ts';
import type { ProcessEnd } from './process-end.ts';

export interface ContainerOptions extends Omit<ProcessOptions, 'stdio'> {
  /** Gets what the container writes to stdout and stderr, in that order, at its end. */
  readonly logFile: string;
}

export interface ContainerEnd extends ProcessEnd {
  /** Why there was nothing to run; the exit code is 128 then, as in a pod's status (`StartError`). */
  readonly startError?: string;
}

export interface RunningContainer {
  /** Nothing of the container lives any more, and its log is whole. */
  readonly exited: Promise<ContainerEnd>;
  /** To the main process alone. Its end takes the others with it. */
  kill(this: void, signal: NodeJS.Signals): void;
}

/** Runs a container's main process, in the background. The log file exists from now on. */
export function runContainer(
  { logFile, ...options }: ContainerOptions,
  processes: LocalProcesses,
): RunningContainer {
  const main = startLogged(options, logFile, processes);
  return { exited: endOfContainer(main, processes), kill: (signal) => void signalMain(main, signal) };
}

async function startLogged(
  options: Omit<ProcessOptions, 'stdio'>,
  logFile: string,
  processes: LocalProcesses,
): Promise<LocalProcess> {
  const log = openSync(logFile, 'a');
  try {
    return await processes.start({ ...options, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

async function endOfContainer(main: Promise<LocalProcess>, processes: LocalProcesses): Promise<ContainerEnd> {
  let process: LocalProcess;
  try {
    process = await main;
  } catch (error) {
    return { exitCode: 128, startError: startErrorOf(error as Error) };
  }
  const end = await process.exited;
  // Process 1 of a container takes all others with it.
  await processes.killGroup(process.pid);
  return end;
}

/** runc's words, in containerd's. */
function startErrorOf({ message }: Error): string {
  const runc = `OCI runtime create failed: runc create failed: ${message}: unknown`;
  return `failed to create containerd task: failed to create shim task: ${runc}`;
}

async function signalMain(main: Promise<LocalProcess>, signal: NodeJS.Signals): Promise<void> {
  const process = await main.catch(() => undefined);
  process?.kill(signal);
}
