import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import type { Dump } from '../database.ts';
import { namesBeside } from '../dump-files.ts';
import { dumpOnce } from '../operations/make-dump.ts';
import type { Target } from '../operations/target.ts';

/**
 * Dumps the database as it is now, beside its dump file: with the machinery of every dump, and proven as every dump is.
 * Throws UserError when that fails, which says that nothing is restored.
 */
export async function dumpAsItIs(
  target: Target,
  maximumUsedPercent: number,
  context: Context,
): Promise<Dump> {
  const { server } = target;
  const { prefix, suffix } = namesBeside(server.dumpFile);
  const timestamp = context.clock.now().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const dumpFile = `${prefix}before-restore-${timestamp}${suffix}`;
  const asItIs = { ...target, server: server.with({ dumpFile, choice: server.choice }) };
  try {
    const [dump] = await dumpOnce(asItIs, maximumUsedPercent, context);
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
