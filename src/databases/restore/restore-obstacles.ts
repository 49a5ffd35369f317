import type { Context } from '../../context.ts';
import { ProblemsError } from '../../core/errors.ts';
import { sentence } from '../../core/quoted.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { Dump } from '../database.ts';
import type { DumpFile } from '../dump-file.ts';
import { packingOf } from '../dump-format.ts';
import { runScript } from '../run-script.ts';
import { placeOf, scriptArguments, type Target } from '../operations/target.ts';

/**
 * What the server has against a restore of the dump, which is named so in a sentence: one sentence each. Reads all of it, and
 * changes nothing. None of an engine that asks nothing.
 */
export async function restoreObstacles(
  target: Target,
  file: Pick<DumpFile, 'path' | 'packing'>,
  what: string,
  context: Context,
): Promise<readonly string[]> {
  const { server, container } = target;
  const { check } = server.restore;
  if (!check) return [];
  const where = placeOf(target);
  const run = {
    script: check.script,
    args: [...scriptArguments(server), file.path, file.packing],
    secret: server.connection.secret,
    container,
  };
  const { exitCode, facts, words } = await explainFailure(
    'preflight',
    `Reading ${file.path} in ${where}`,
    () => runScript(run, context),
  );
  const refusal =
    exitCode === 0 && facts.isComplete ? facts.get('refused') : words || `exit status ${exitCode}`;
  if (refusal !== undefined)
    return [`${what} cannot be judged by what the server takes: ${sentence(refusal) ?? 'without a word'}`];
  return check.problems(facts, what, where);
}

/**
 * Whether the dump of the state before could be brought back, which is the way back after a failure. Throws UserError 'preflight'
 * when it could not.
 */
export async function checkWayBack(target: Target, { path }: Dump, context: Context): Promise<void> {
  const file = { path, packing: target.server.isFolder ? ('folder' as const) : packingOf(path) };
  const problems = await restoreObstacles(target, file, `The dump ${path} of the present state`, context);
  if (problems.length === 0) return;
  const sentences = problems.map(
    (problem) => `Nothing is restored, as there would be no way back: ${problem}`,
  );
  throw new ProblemsError('preflight', [
    ...sentences,
    'Without a way back it is restored with ⟪noSafetyDump⟫',
  ]);
}
