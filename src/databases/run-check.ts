import type { Context } from '../context.ts';
import { Deadline } from '../kube/deadline.ts';
import { named, type DatabaseCheck } from './database.ts';
import { runScript, type ScriptRun } from './run-script.ts';
import type { Facts } from '../pods/script-output.ts';

/** `df` on a dead network file system would never end. */
const checkMilliseconds = 60_000;

/** What the check script found; or what kept it from it, as a problem. Throws KubeError. */
export async function runCheck(
  run: ScriptRun,
  context: Context,
): Promise<{ readonly facts: Facts } | { readonly problem: string }> {
  const where = named(run.container);
  using deadline = new Deadline(
    context.clock,
    checkMilliseconds,
    context.signal,
    `the check in ${where}: no end`,
  );
  const { kube } = context;
  const { exitCode, facts, words } = await runScript(run, { kube, signal: deadline.signal });
  if (exitCode === 0 && facts.isComplete) return { facts };
  const reason = words || `the check ended with exit status ${exitCode} before it was through`;
  return { problem: `In ${where}: ${reason}` };
}

/** What a check comes to that did not get through. */
export function nothingKnown(problem: string): DatabaseCheck {
  const unknown = { directory: undefined, version: undefined, toolVersion: undefined, databases: [] };
  return { problems: [problem], warnings: [], ...unknown };
}
