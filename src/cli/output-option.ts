import { Option } from 'commander';
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

export function outputOption(formats: readonly string[], words: string, where = formats[0]): Option {
  const all = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}`;
  return new Option('-o, --output <format>', `${words} ${all} (default: ${where})`).choices(formats);
}
