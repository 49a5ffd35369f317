import type { Context } from '../../context.ts';
import type { Dump } from '../database.ts';
import { namesBeside } from '../dump-files.ts';
import { UserError } from '../../core/errors.ts';
import { dumpOnce } from '../operations/make-dump.ts';
import type { OneDatabase } from '../operations/one-database.ts';
import type { Target } from '../operations/target.ts';

/**
 * Dumps the database as it is now, beside its dump file: with the machinery of every dump, and proven as every dump is.
 * Throws UserError when that fails, which says that nothing is restored.
 */
export async function safetyDump(
  target: Target,
  one: OneDatabase,
  maximumUsedPercent: number,
  context: Context,
): Promise<Dump> {
  const { prefix, suffix } = namesBeside(one.dumpFile);
  const timestamp = context.clock.now().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const dumpFile = `${prefix}before-restore-${timestamp}${suffix}`;
  const database = target.tools.database({ dumpFile, choice: one.choice, maximumUsedPercent });
  try {
    const [dump] = await dumpOnce(target, database, context);
    if (dump) return dump;
    throw new UserError('dump', 'the dump was not made');
  } catch (error) {
    if (!(error instanceof UserError) || error.reason === 'cancelled') throw error;
    throw new UserError(
      error.reason,
      `Nothing is restored, as the database could not be dumped as it is now: ${error.message}`,
      { cause: error },
    );
  }
}
