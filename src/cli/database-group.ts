import type { SettingsTable } from '../settings/schema.ts';
import type { CommandGroup } from './command.ts';
import type { Engine } from '../databases/engine.ts';
import { downloadCommand } from './database-download.ts';
import { dumpCommand } from './database-dump.ts';
import { infoCommand } from './database-info.ts';
import { restoreDatabaseCommand } from './database-restore.ts';
import { shellCommand } from './database-shell.ts';

/** What a person can do with one database: `backup-ns postgres info`, and so on. */
export function databaseGroup(engine: Engine): CommandGroup<SettingsTable, unknown> {
  return {
    name: engine.name,
    summary: `Inspect a ${engine.title} database, dump it, download or restore its dump, or open a shell`,
    commands: [
      infoCommand(engine),
      dumpCommand(engine),
      downloadCommand(engine),
      restoreDatabaseCommand(engine),
      shellCommand(engine),
    ],
  };
}
