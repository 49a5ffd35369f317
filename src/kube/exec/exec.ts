import type { ExecOptions, ExecResult } from '../kube.ts';
import { DelayedAbort } from '../deadline.ts';
import type { Transport } from '../transport.ts';
import { execCapture } from './capture.ts';
import { announceWithinMs, killRemote } from './kill-remote.ts';
import type { RunBeside } from './kill-remote.ts';
import { announced } from './remote-process.ts';
import { Session } from './session.ts';
import { openSocket } from './socket.ts';

/** See `Executor.exec`. */
export async function exec(transport: Transport, options: ExecOptions): Promise<ExecResult> {
  options.signal.throwIfAborted();
  const isKillable = options.killOnAbort ?? true;
  const session = await open(transport, options, isKillable);
  const onAbort = (): void => session.fail(options.signal.reason);
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  try {
    return { exitCode: await session.exitCode };
  } catch (error) {
    if (isKillable && !session.hasStatus) {
      await killRemote(transport.clock, options, session.process, runBeside(transport, options), error);
    }
    throw error;
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    session.terminate();
  }
}

/** An abort amid the handshake waits for its end, shortly: the command may be starting, and must be found to be killed. */
async function open(transport: Transport, options: ExecOptions, isKillable: boolean): Promise<Session> {
  const command = isKillable ? announced(options.command) : options.command;
  using late = new DelayedAbort(transport.clock, options.signal, isKillable ? announceWithinMs : 0);
  const socket = await openSocket(transport, options, command, late.signal);
  return new Session(socket, transport.clock, options, isKillable);
}

/** Without a wrapper: should this exec break, there is nothing to be gained by killing the killer. */
function runBeside(transport: Transport, { namespace, pod, container }: ExecOptions): RunBeside {
  const executor = { exec: (options: ExecOptions) => exec(transport, options) };
  return async (command, signal) => {
    const target = { namespace, pod, container, command, signal, killOnAbort: false };
    const { exitCode, stdout, stderr } = await execCapture(executor, target);
    if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr.trim()}`);
    return stdout;
  };
}
