import type { Context } from '../../context.ts';
import { inspectDumpFile, type BelievedRecord, type DumpFile } from '../dump-file.ts';
import { podSettings, type RestoreWay } from '../engine.ts';
import { ProblemsError, UserError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { RestoreDatabaseSettings } from './settings.ts';
import { readServer } from '../operations/read-info.ts';
import { restorable } from './restorable.ts';
import { placeOf, type Target } from '../operations/target.ts';

/**
 * Whether it lets us in and takes changes; gives the name of the database, and whether it is lost, which it may be where a new
 * one is made. Throws UserError 'preflight'.
 */
export async function checkPrimary(
  target: Target,
  way: RestoreWay,
  context: Context,
): Promise<{ readonly database: string; readonly isLost: boolean }> {
  const { role, database, isLost } = await explainFailure('preflight', `Looking at ${placeOf(target)}`, () =>
    readServer(target, context, { mayBeLost: way === 'beside' }),
  );
  if (role === 'primary') return { database, isLost };
  throw new UserError(
    'preflight',
    `${target.server.title} in ${placeOf(target)} is a replica, which takes no changes; set ${podSettings(target.server).resource} to the primary`,
  );
}

/** A dump to be checked, which is named so in a sentence. */
export interface DumpToCheck {
  readonly path: string;
  readonly what: string;
  readonly way: RestoreWay;
}

/**
 * Whether the dump can be restored. Throws every problem at once, as 'preflight'. A dump with a record that is restored beside
 * the database is proven by the restore, before anything of it comes to the server: a large one would be read once more.
 */
export async function checkDump(
  target: Target,
  { path, what, way }: DumpToCheck,
  { unchecked, hasSafetyDump }: Pick<RestoreDatabaseSettings, 'unchecked' | 'hasSafetyDump'>,
  context: Context,
): Promise<DumpFile> {
  const { dump, restore } = target.server;
  const record: BelievedRecord = way === 'beside' ? 'proven later' : 'believed';
  context.log.info({ namespace: target.namespace, path }, 'looking at the dump');
  const inspection = await explainFailure('preflight', `Looking at ${path} in ${placeOf(target)}`, () =>
    inspectDumpFile(target.container, path, { ...dump, ...(restore.provesEnding && { record }) }, context),
  );
  const requirements = {
    unchecked,
    restore,
    bytesToWrite: ({ bytes }: DumpFile) => (hasSafetyDump ? bytes : 0),
  };
  const checked = restorable(inspection, what, requirements);
  if ('problems' in checked) throw new ProblemsError('preflight', checked.problems);
  return checked.found;
}
