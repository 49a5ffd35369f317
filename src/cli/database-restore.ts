import { restoreDatabase, type RestoreDatabaseResult } from '../databases/restore/restore-database.ts';
import { callerOn } from './terminal/caller.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { restoreDatabaseSettings } from '../databases/restore/settings.ts';
import { serverSettings } from '../databases/operations/settings.ts';
import { joined } from '../settings/schema.ts';
import { defineCommand } from './command.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget } from '../databases/operations/target.ts';
import { alignedTable } from './table.ts';

const helpOf = (
  restoreHelp: string,
) => `First it checks that the dump is complete and the one that was recorded, that \
the server accepts the credentials, and that there is space. You type the name of the database, or give --yes. Then the \
database is dumped as it is, beside the dump, as DUMP.before-restore-TIME: with that dump you can go back, and it stays \
until you delete it. A dump of this machine is copied to the container first, and removed from there in the end.

${restoreHelp}

What the dump has is dropped and created again. What else the database has, such as a newer table, stays as it is; if \
it depends on what is dropped, as a view does, the restore fails. Stop the app before: sessions that hold locks \
make the restore wait, and fail after --lock-timeout.`;

export const restoreDatabaseCommand = (engine: Engine) =>
  defineCommand({
    name: 'restore',
    summary: `Restore a dump into the ${engine.title} database, in place`,
    help: helpOf(engine.restoreHelp),
    settings: joined(serverSettings(engine), restoreDatabaseSettings),
    endings: ['preflight', 'lock', 'dump', 'verification'],
    byHand: true,
    async run({ namespace, server, ...settings }, context, { terminal }) {
      const caller = callerOn(terminal, context, { yes: settings.yes });
      const target = await findTarget({ namespace, server }, context);
      return await restoreDatabase(target, settings, caller, context);
    },
    views: { table },
  });

function table({ database, from, bytes, seconds, safetyDump }: RestoreDatabaseResult): string {
  const row = [database, from === '-' ? 'stdin' : from, humanBytes(bytes), `${seconds.toFixed(1)}s`];
  const lines = alignedTable(['DATABASE', 'RESTORED FROM', 'SIZE', 'TOOK'], [row]);
  if (!safetyDump) return `${lines}\n\nThe state before the restore was not kept.`;
  const { path, bytes: size } = safetyDump;
  return `${lines}\n\nThe state before the restore is in ${path} (${humanBytes(size)}), until you delete it.`;
}
