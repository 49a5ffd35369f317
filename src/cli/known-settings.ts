import { createSettings } from '../backup/settings/create.ts';
import { syncMetadataSettings } from '../orphans/sync-metadata-settings.ts';
import { markAndDeleteSettings } from '../retention/mark-and-delete/settings.ts';
import { retainSettings } from '../retention/retain/settings.ts';
import type { SettingsTable } from '../settings/schema.ts';
import { fileVariable } from '../settings/setting.ts';

/** The tables of the commands that run in CronJobs. */
export const cronJobTables: readonly SettingsTable[] = [
  createSettings.table,
  retainSettings.table,
  markAndDeleteSettings.table,
  syncMetadataSettings.table,
];

/** What `Sources.knownNames` wants: an environment shared by several CronJobs names settings of each. */
export const knownNames: ReadonlySet<string> = new Set(
  cronJobTables.flatMap((table) =>
    Object.values(table).flatMap(({ name, isSecret }) => (isSecret ? [name, fileVariable(name)] : [name])),
  ),
);
