import type { PostgresSettings } from '../settings/postgres.ts';
import type { Facts } from './script-output.ts';

/** What the facts of the check script say against a dump; one sentence each. */
export function postgresProblems(
  facts: Pick<Facts, 'get'>,
  settings: PostgresSettings,
  maximumUsedPercent: number,
  where: string,
): string[] {
  const directory = settings.dumpFile.slice(0, settings.dumpFile.lastIndexOf('/')) || '/';
  const missing = facts.get('missing');
  const unwritable = facts.get('unwritable');
  return [
    missing &&
      `There is no ${missing.split(' ').join(', ')} in ${where}; dumps need it there, so use an image that has it`,
    facts.get('directory') === undefined &&
      `There is no folder ${directory} in ${where}; set BAK_DB_POSTGRES_DUMP_FILE to a file on the volume`,
    facts.get('occupied') !== undefined &&
      `${settings.dumpFile} is a folder in ${where}; set BAK_DB_POSTGRES_DUMP_FILE to a file`,
    unwritable &&
      `User ${unwritable} may not write to ${directory} in ${where}; change its owner, or BAK_DB_POSTGRES_DUMP_FILE`,
    connectionProblem(facts, settings, where),
    ...spaceProblems(facts, directory, maximumUsedPercent, where),
  ].filter((problem) => typeof problem === 'string');
}

function connectionProblem(
  facts: Pick<Facts, 'get'>,
  settings: PostgresSettings,
  where: string,
): string | undefined {
  const words = facts.get('refused')?.trim();
  if (words === undefined) return undefined;
  const target = `database '${facts.get('database')}' at ${settings.host}:${settings.port} as user '${facts.get('user')}'`;
  return `PostgreSQL refuses ${target} in ${where} (${words}); check BAK_DB_POSTGRES_USER, _PASSWORD, _DB, _HOST and _PORT`;
}

function spaceProblems(
  facts: Pick<Facts, 'get'>,
  directory: string,
  maximumUsedPercent: number,
  where: string,
): string[] {
  const line = facts.get('space');
  if (line === undefined) return [];
  // Filesystem, 1024-blocks, used, available, capacity%, mount point; the first may contain spaces.
  const numbers = /\s(\d+)\s+(\d+)\s+(\d+)\s+(\d+)%\s/.exec(`${line} `)?.slice(1).map(Number);
  if (!numbers) return [`The free space of ${directory} in ${where} cannot be read from: ${line}`];
  const [, , availableBlocks = 0, usedPercent = 100] = numbers;
  const available = availableBlocks * 1024;
  const previous = Number(facts.get('previous') ?? 0);
  const problems: string[] = [];
  if (usedPercent > maximumUsedPercent) {
    problems.push(
      `The volume of ${directory} in ${where} is ${usedPercent} % full, more than the ${maximumUsedPercent} % of BAK_THRESHOLD_SPACE_USED_PERCENTAGE; free some space or enlarge the volume`,
    );
  }
  if (previous > available) {
    problems.push(
      `The volume of ${directory} in ${where} has ${available} bytes free, fewer than the last dump's ${previous}; free some space or enlarge the volume`,
    );
  }
  return problems;
}
