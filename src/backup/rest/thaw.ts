import type { Context } from '../../context.ts';
import { runScriptAt } from './run-script-at.ts';
import type { Filesystem } from './filesystem.ts';

/** Thaws a filesystem that may be frozen, whatever the run's own signal says. Throws UserError 'snapshot'. */
export async function thaw(filesystem: Filesystem, context: Context): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  const words = await runScriptAt(filesystem, 'thaw', 'snapshot', { ...context, signal });
  const { container, path } = filesystem;
  context.log.info({ ...container, path }, words === 'thawed' ? 'thawed' : 'was not frozen');
}
