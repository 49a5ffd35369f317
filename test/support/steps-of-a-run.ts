import { channel } from '../../src/kube/exec/channels.ts';
import { startFaults } from '../../scripts/faults/faults.ts';
import type { HookEvent } from '../../scripts/faults/hook.ts';
import type { SeenRequest } from '../../scripts/faults/seen-request.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import type { CommandProcess } from './command-process.ts';

const streams: Readonly<Record<number, string>> = {
  [channel.stdout]: 'stdout',
  [channel.stderr]: 'stderr',
  [channel.status]: 'status',
};

/**
 * Names the steps of one run, each by a name that the same step has in another run: the answer to every request, the
 * first event of every watch, and of every exec the first it says on each stream. Undefined for what is not a step of its own.
 */
export function stepNames(): (event: HookEvent) => string | undefined {
  const counts = new Map<string, number>();
  const names = new Map<SeenRequest, string>();
  const said = new Set<string>();

  const nameOf = (request: SeenRequest): string => {
    const { verb, resource, subresource } = request;
    const what = `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
    const known = names.get(request);
    if (known !== undefined) return known;
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    names.set(request, `${what} ${count}`);
    return `${what} ${count}`;
  };
  const onlyOnce = (step: string): string | undefined => {
    if (said.has(step)) return undefined;
    said.add(step);
    return step;
  };

  return (event) => {
    const name = nameOf(event.request);
    if (event.phase === 'answered') return `the answer to ${name}`;
    if (event.phase === 'event') return onlyOnce(`the first event of ${name}`);
    if (event.phase !== 'frame' || event.direction === 'in' || event.payload.length === 0) return undefined;
    return onlyOnce(`the first on ${streams[event.channel]} of ${name}`);
  };
}

/** Runs a command as `runInSteps` does, and kills it at one of its steps. Throws when that step does not come. */
export async function runUntil(
  wanted: string,
  sandbox: Sandbox,
  start: (server: URL) => CommandProcess,
): Promise<void> {
  let hasCome = false;
  await runInSteps(sandbox, start, async (step, kill) => {
    if (step !== wanted) return;
    hasCome = true;
    await kill();
  });
  if (!hasCome) throw new Error(`The run never came to ${wanted}`);
}

/**
 * Runs a command behind a proxy that tells of each step before it goes on. `start` gets the address to talk to.
 * Gives the exit code; null when it was killed.
 */
export async function runInSteps(
  sandbox: Sandbox,
  start: (server: URL) => CommandProcess,
  onStep: (step: string, kill: () => Promise<void>, run: CommandProcess) => void | Promise<void>,
): Promise<number | null> {
  const nameOf = stepNames();
  const hook = async (event: HookEvent): Promise<void> => {
    const step = nameOf(event);
    if (step !== undefined) await onStep(step, () => run.kill(), run);
  };
  const upstream = { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} };
  await using faults = await startFaults(upstream, { hook });
  const run = start(faults.url);
  return (await run.ended).exitCode;
}
