import { contentArgument } from '../snapshots/settings.ts';
import { yesFlag } from '../settings/yes.ts';
import { defineSettings, type SettingsOf } from '../settings/schema.ts';

const table = {
  content: contentArgument('The VolumeSnapshotContent, whose VolumeSnapshot is gone'),
  yes: yesFlag,
};

export const deleteOrphanSettings = defineSettings({
  table,
  check: () => [],
  build: ({ content, yes = false }) => ({ content, yes }),
});

export type DeleteOrphanSettings = SettingsOf<typeof deleteOrphanSettings>;
