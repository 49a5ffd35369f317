import { namespaceFlag, snapshotsArgument } from '../../snapshots/settings.ts';
import { defineSettings, type SettingsOf } from '../../settings/schema.ts';

export const holdSettings = defineSettings({
  table: { snapshots: snapshotsArgument('The snapshots to keep'), namespace: namespaceFlag },
  check: () => [],
  build: (values) => values,
});

export type HoldSettings = SettingsOf<typeof holdSettings>;

export const releaseSettings = defineSettings({
  table: { snapshots: snapshotsArgument('The snapshots to release'), namespace: namespaceFlag },
  check: () => [],
  build: (values) => values,
});

export type ReleaseSettings = SettingsOf<typeof releaseSettings>;
