import { exitCodes } from '../core/errors.ts';
import { effectiveSettings, type SettingRow } from '../settings/read.ts';
import type { SettingsTable } from '../settings/schema.ts';
import type { Sources } from '../settings/sources.ts';
import type { Command } from './command.ts';
import { alignedTable } from './table.ts';

/** `env COMMAND`: what the command would go by, secrets masked. Exit code 2 when it would refuse. */
export function printSettings<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  output: string,
): void {
  const { rows, problems } = effectiveSettings(command.settings, sources);
  process.stdout.write(`${output === 'json' ? JSON.stringify(rows) : settingsTable(rows)}\n`);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = exitCodes.settings;
}

function settingsTable(rows: readonly SettingRow[]): string {
  return alignedTable(
    [],
    rows.map(({ name, origin, value }) => [name, origin, value]),
  );
}
