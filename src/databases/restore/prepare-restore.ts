import type { Context } from '../../context.ts';
import { ProblemsError, UserError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { Facts } from '../../pods/script-output.ts';
import type { DumpFile } from '../dump-file.ts';
import type { DumpToRestore, RestoreWay } from '../engine.ts';
import { placeOf, scriptArguments, type Target } from '../operations/target.ts';
import { runScript } from '../run-script.ts';

/** What the preparation found out, for the restore. */
export type Prepared = Pick<Facts, 'get' | 'all'>;

/**
 * Asks server and dump what speaks against a restore, such as rights, roles, extensions and space. Changes nothing. The file is
 * undefined when it is not there yet. Throws every problem at once, as 'preflight'; warns of what is none.
 */
export async function prepareRestore(
  target: Target,
  way: RestoreWay,
  file: DumpFile | undefined,
  context: Context,
): Promise<Prepared> {
  const { server, container, namespace } = target;
  const { preparation } = server.restore;
  if (!preparation) return new Facts();
  const where = placeOf(target);
  const args = [...scriptArguments(server), ...preparation.arguments(way, file && dumpToRestore(file))];
  const { secret } = server.connection;
  const run = { script: preparation.script, args, secret, container };
  const { exitCode, facts, words } = await explainFailure('preflight', `Looking at ${where}`, () =>
    runScript(run, context),
  );
  if (exitCode !== 0 || !facts.isComplete) {
    throw new UserError('preflight', `In ${where}: ${words || `exit status ${exitCode}`}`);
  }
  const { problems, warnings } = preparation.judge(facts, way, where);
  if (problems.length > 0) throw new ProblemsError('preflight', problems);
  for (const warning of warnings) context.log.warn({ namespace }, warning);
  return facts;
}

export function dumpToRestore({ path, packing, matching }: DumpFile): DumpToRestore {
  return { path, packing, matching };
}
