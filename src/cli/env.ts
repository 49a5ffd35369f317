import { exitCodes } from '../core/errors.ts';
import { effectiveSettings, type SettingRow } from '../settings/read.ts';
import type { SettingsTable } from '../settings/schema.ts';
import type { Sources } from '../settings/sources.ts';
import { asData } from './as-data.ts';
import type { Command } from './command.ts';
import { alignedTable } from './table.ts';

/** Of `-o`; the first is the default. */
export const settingsFormats = ['table', 'json', 'yaml'] as const;

/** `env COMMAND`: what the command would go by, secrets masked. Exit code 2 when it would refuse. */
export async function printSettings<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  output: string = settingsFormats[0],
): Promise<void> {
  const { rows, problems } = effectiveSettings(command.settings, sources);
  process.stdout.write(`${await textOf(rows, output)}\n`);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = exitCodes.settings;
}

async function textOf(rows: readonly SettingRow[], output: string): Promise<string> {
  if (output === 'json') return JSON.stringify(rows);
  return output === 'yaml' ? [...(await asData(rows, output))].join('') : settingsTable(rows);
}

function settingsTable(rows: readonly SettingRow[]): string {
  return alignedTable(
    ['SETTING', 'FROM', 'VALUE'],
    rows.map(({ name, origin, value }) => [name, origin, value]),
  );
}
