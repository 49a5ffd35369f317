import { boolean } from './formats.ts';
import { defineSettings, type SettingsOf } from './schema.ts';
import { scopeProblems, scopeTable } from './scope.ts';
import { setting } from './setting.ts';

export const syncMetadataSettings = defineSettings({
  table: {
    ...scopeTable('SYNC_METADATA'),
    dryRun: setting(
      'SYNC_METADATA_DRY_RUN',
      boolean,
      'false',
      'Say which labels and annotations would be written or taken away, but change nothing',
    ),
  },
  check: (values) => scopeProblems('SYNC_METADATA', values),
  build: (values) => values,
});

export type SyncMetadataSettings = SettingsOf<typeof syncMetadataSettings>;
