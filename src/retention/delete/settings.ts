import { namespaceFlag, snapshotsArgument } from '../../snapshots/settings.ts';
import { yesFlag } from '../../settings/yes.ts';
import { boolean } from '../../settings/formats.ts';
import { defineSettings, type SettingsOf } from '../../settings/schema.ts';
import { flag } from '../../settings/setting.ts';

export const deleteSettings = defineSettings({
  table: {
    snapshots: snapshotsArgument('The snapshots to delete, with their data'),
    namespace: namespaceFlag,
    yes: yesFlag,
    evenTheLast: flag(
      'even-the-last',
      boolean,
      'Delete them even if no ready backup of their volume is left',
    ),
  },
  check: () => [],
  build: ({ yes = false, evenTheLast = false, ...others }) => ({ ...others, yes, evenTheLast }),
});

export type DeleteSettings = SettingsOf<typeof deleteSettings>;
