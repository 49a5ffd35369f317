import { boolean } from '../settings/formats.ts';
import { defineSettings, type SettingsOf } from '../settings/schema.ts';
import { scopeOf, scopeProblems, scopeTable } from '../snapshots/bulk/scope-settings.ts';
import { buildRecord, recordTable } from '../record/settings.ts';
import { setting } from '../settings/setting.ts';

export const syncMetadataSettings = defineSettings({
  table: {
    ...scopeTable('SYNC_METADATA'),
    dryRun: setting(
      'SYNC_METADATA_DRY_RUN',
      boolean,
      'false',
      'Say which labels and annotations would be written or taken away, but change nothing',
    ),
    ...recordTable('SYNC_METADATA'),
  },
  check: (values, typed) => scopeProblems('SYNC_METADATA', values, typed),
  build: ({ dryRun, ...others }) => ({ dryRun, ...scopeOf(others), record: buildRecord(others) }),
});

export type SyncMetadataSettings = SettingsOf<typeof syncMetadataSettings>;
