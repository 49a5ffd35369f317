import type { Context } from '../context.ts';
import type { ExitReason } from '../errors.ts';
import type { SettingsSchema, SettingsTable } from '../settings/schema.ts';
import type { SettingRow } from '../settings/read.ts';

/** One entrypoint: what it is for, its settings, and the use case that it calls. */
export interface Command<Table extends SettingsTable, Settings, Result = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly settings: SettingsSchema<Table, Settings>;
  /** How it can end besides done, unexpected, settings and cancelled; for `--help`. */
  readonly endings: readonly ExitReason[];
  /** Resolves to the result, which is printed as one line of JSON unless a person reads it. */
  run(settings: Settings, rows: readonly SettingRow[], context: Context): Promise<Result>;
  /** The result as a person at a terminal wants to read it; without it there is only the JSON. */
  present?(result: Result): string;
}

/** Infers the types of a command from its settings. */
export function defineCommand<Table extends SettingsTable, Settings, Result>(
  command: Command<Table, Settings, Result>,
): Command<Table, Settings, Result> {
  return command;
}
