import { boolean } from './formats.ts';
import { namespaceList } from './kubernetes-formats.ts';
import { defineSettings, type SettingsOf } from './schema.ts';
import { optionalSetting, setting } from './setting.ts';

const table = {
  namespaces: optionalSetting(
    'SYNC_METADATA_NAMESPACES',
    namespaceList,
    'The namespaces whose snapshots are looked at (default: all)',
  ),
  dryRun: setting(
    'SYNC_METADATA_DRY_RUN',
    boolean,
    'false',
    'Say which labels and annotations would be written or taken away, but change nothing',
  ),
};

export const syncMetadataSettings = defineSettings({
  table,
  check: () => [],
  build: (values) => values,
});

export type SyncMetadataSettings = SettingsOf<typeof syncMetadataSettings>;
