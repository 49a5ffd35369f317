import type { Context } from '../../context.ts';
import { ProblemsError, UserError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { Facts } from '../../pods/script-output.ts';
import type { DumpFile } from '../dump-file.ts';
import type { DumpToRestore, RestoreWay, ToCome } from '../engine.ts';
import { placeOf, scriptArguments, type Target } from '../operations/target.ts';
import { runScript } from '../run-script.ts';

/** What the preparation found out, for the restore. */
export type Prepared = Pick<Facts, 'get' | 'all'>;

export interface PlannedRestore {
  readonly target: Target;
  readonly way: RestoreWay;
  readonly dump: DumpToRestore | ToCome;
  /** How a sentence names it: `The dump /backup/dump.sql.gz in pod db-0`. */
  readonly what: string;
  /** Whether it is tried first, see `Engine.triesFirst`. */
  readonly tries: boolean;
}

/**
 * Asks server and dump what speaks against a restore, such as rights, roles, extensions and space. Changes nothing. Throws every
 * problem at once, as 'preflight'; warns of what is none.
 */
export async function prepareRestore(plan: PlannedRestore, context: Context): Promise<Prepared> {
  const { facts, problems, warnings } = await askBefore(plan, context);
  if (problems.length > 0) throw new ProblemsError('preflight', problems);
  for (const warning of warnings) context.log.warn({ namespace: plan.target.namespace }, warning);
  return facts;
}

/**
 * Whether the dump of the state before could be brought back, which is the way back after a failure. Throws UserError 'preflight'
 * when it could not.
 */
export async function checkWayBack(plan: Omit<PlannedRestore, 'tries'>, context: Context): Promise<void> {
  const { problems } = await askBefore({ ...plan, tries: false }, context);
  if (problems.length === 0) return;
  const sentences = problems.map(
    (problem) => `Nothing is restored, as there would be no way back: ${problem}`,
  );
  throw new ProblemsError('preflight', [
    ...sentences,
    'Without a way back it is restored with ⟪noSafetyDump⟫',
  ]);
}

async function askBefore({ target, way, dump, what, tries }: PlannedRestore, context: Context) {
  const { server, container } = target;
  const { preparation } = server.restore;
  const ours = preparation?.arguments(way, dump);
  if (!preparation || !ours) return { facts: new Facts(), problems: [], warnings: [] };
  const where = placeOf(target);
  const args = [...scriptArguments(server), ...ours];
  const { secret } = server.connection;
  const run = { script: preparation.script, args, secret, container };
  const subject = 'path' in dump ? `Reading ${dump.path} in ${where}` : `Looking at ${where}`;
  const { exitCode, facts, words } = await explainFailure('preflight', subject, () =>
    runScript(run, context),
  );
  if (exitCode !== 0 || !facts.isComplete) {
    throw new UserError('preflight', `In ${where}: ${words || `exit status ${exitCode}`}`);
  }
  return { facts, ...preparation.judge(facts, { way, what, where, tries }) };
}

export function dumpToRestore({ path, packing, matching }: DumpFile, propertiesPath?: string): DumpToRestore {
  return { path, packing, matching, propertiesPath };
}
