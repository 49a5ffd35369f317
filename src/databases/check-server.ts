import type { Context } from '../context.ts';
import { Deadline } from '../kube/deadline.ts';
import { choiceArguments } from './choose-databases.ts';
import { named, type DatabaseCheck } from './database.ts';
import { namesBeside } from './dump-files.ts';
import type { DatabaseServer } from './engine.ts';
import { judgeCheck } from './judge-check.ts';
import { runScript, type ScriptRun } from './run-script.ts';
import type { Facts } from '../pods/script-output.ts';
import type { Container } from '../pods/pod.ts';

/** `df` on a dead network file system would never end. */
const checkMilliseconds = 60_000;

/**
 * Whether the databases of the server can be dumped; `maximumUsedPercent` is of the volume's space. Changes nothing.
 * Throws KubeError when the container cannot be asked.
 */
export async function checkServer(
  server: DatabaseServer,
  container: Container,
  maximumUsedPercent: number,
  context: Context,
): Promise<DatabaseCheck> {
  const { connection, check, dumpFile, choice } = server;
  const { prefix, suffix } = namesBeside(dumpFile);
  const args = [...connection.args, ...check.args, dumpFile, prefix, suffix, ...choiceArguments(choice)];
  const run = { script: check.script, args, secret: connection.secret, container };
  const checked = await runCheck(run, context);
  return 'problem' in checked
    ? nothingKnown(checked.problem)
    : judgeCheck(checked.facts, server, { maximumUsedPercent, where: named(container) });
}

/** What the check script found; or what kept it from it, as a problem. */
async function runCheck(
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
function nothingKnown(problem: string): DatabaseCheck {
  const unknown = { directory: undefined, version: undefined, toolVersion: undefined, databases: [] };
  return { problems: [problem], warnings: [], ...unknown };
}
