import { createBackup } from '../backup/create.ts';
import { createSettings } from '../backup/settings/create.ts';
import { recordable } from '../settings/read.ts';
import { defineCommand } from './command.ts';
import { withNamesOf } from './setting-names.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Back up a namespace: dump its database inside its own pod, then snapshot the volume',
  settings: createSettings,
  endings: ['partial', 'preflight', 'lock', 'dump', 'snapshot'],
  endingWords: {
    partial: 'complete, but not all that it changed is as before, such as an app that could not be woken',
    lock: 'no lock was free in time, or it was lost while the backup was at work',
    snapshot: 'no snapshot was made, or it failed or was not ready in time; the dumps may be new',
  },
  run(settings, context, { rows }) {
    const withNames = withNamesOf(createSettings.table);
    return createBackup({ settings, recorded: recordable(rows), withNames }, context);
  },
});
