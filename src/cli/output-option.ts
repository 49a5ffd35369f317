import type { Option } from 'commander';
import { outputOption } from '../settings/command-options.ts';
import type { SettingsTable } from '../settings/schema.ts';
import type { Command } from './command.ts';

/** `-o` of a command: its views, and the formats for programs. */
export function resultFormat<Table extends SettingsTable, Settings>({
  views = {},
  byHand,
}: Command<Table, Settings>): Option {
  const [first] = Object.keys(views);
  const where = byHand ? first : `${first}; in a pod, json`;
  return outputOption([...Object.keys(views), 'json', 'yaml'], 'Show the result as', where);
}
