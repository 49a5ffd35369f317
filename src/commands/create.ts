import { createBackup } from '../backup/create.ts';
import { createSettings } from '../settings/create.ts';
import { recordable } from '../settings/read.ts';
import { defineCommand } from './command.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Back up a namespace: dump its database inside its own pod, then snapshot the volume',
  settings: createSettings,
  endings: ['preflight', 'lock', 'dump', 'snapshot'],
  run: (settings, context, { rows }) => createBackup({ settings, recorded: recordable(rows) }, context),
});
