import { engines } from '../databases/engines.ts';
import type { SettingsTable } from '../settings/schema.ts';
import type { Command, CommandGroup } from './command.ts';
import { completion } from './completion.ts';
import { create } from './create.ts';
import { deleteCommand } from './delete.ts';
import { deleteOrphan } from './delete-orphan.ts';
import { describe } from './describe.ts';
import { doctor } from './doctor.ts';
import { hold } from './hold.ts';
import { list } from './list.ts';
import { markAndDelete } from './mark-and-delete.ts';
import { databaseGroup } from './database-group.ts';
import { rebind } from './rebind.ts';
import { release } from './release.ts';
import { restore } from './restore.ts';
import { retain } from './retain.ts';
import { status } from './status.ts';
import { syncMetadata } from './sync-metadata.ts';
import { simulate } from './simulate.ts';
import { version } from './version.ts';

/** All commands, in the order of the help. */
export const commands: readonly (Command<SettingsTable, unknown> | CommandGroup<SettingsTable, unknown>)[] = [
  create,
  status,
  doctor,
  list,
  describe,
  restore,
  ...engines.map(databaseGroup),
  retain,
  markAndDelete,
  hold,
  release,
  deleteCommand,
  syncMetadata,
  rebind,
  deleteOrphan,
  simulate,
  version,
  completion,
];
