import type { Dump } from '../database.ts';
import { flagName } from '../../settings/setting.ts';
import type { Target } from '../operations/target.ts';

/** How the state before a restore is brought back, as part of a sentence; undefined when it was not kept. */
export function wayBack({
  target,
  safetyDump,
}: {
  readonly target: Target;
  readonly safetyDump: Dump | undefined;
}): string | undefined {
  if (!safetyDump) return undefined;
  const { engine, prefix } = target.tools;
  const names =
    safetyDump.database === undefined ? '' : ` --${flagName(`${prefix}_DB`)} '${safetyDump.database}'`;
  const file = `--${flagName(`${prefix}_DUMP_FILE`)} ${safetyDump.path}`;
  return `the state before is kept in ${safetyDump.path}, and comes back, beside the other settings, with: backup-ns ${engine} restore -n ${target.namespace}${names} ${file}`;
}
