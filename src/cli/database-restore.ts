import { restoreDatabase, type RestoreDatabaseResult } from '../databases/restore/restore-database.ts';
import { callerOn } from './terminal/caller.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { restoreDatabaseSettings } from '../databases/restore/settings.ts';
import { serverSettings } from '../databases/operations/settings.ts';
import { lookAtDatabase } from '../restore/dump/database-side.ts';
import { restoreFromSnapshotSettings } from '../restore/dump/settings.ts';
import { dumpOfDatabase } from '../restore/dump/dump-to-restore.ts';
import { dumpsOnSnapshot } from './dumps-on-snapshot.ts';
import { joined } from '../settings/schema.ts';
import { defineCommand } from './command.ts';
import { lineFor } from './database-example.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget } from '../databases/operations/target.ts';
import { recalled } from './recalled.ts';
import { alignedTable } from './table.ts';

const helpOf = ({
  restoresBeside = false,
  restoreHelp,
}: Engine) => `First it checks that the dump is complete and the \
one that was recorded, that the server accepts the credentials and the user has the rights, and that there is space. You \
type the name of the database, or give --yes. A dump of this machine, or that of a snapshot, is copied to the container first, and removed from \
there in the end.

${restoresBeside ? `${restoreHelp}\n\n${inPlaceHelp('With --in-place')}` : `${inPlaceHelp('')} ${restoreHelp}`}`;

const inPlaceHelp = (
  when: string,
) => `${when === '' ? 'The' : `${when}, the`} database is dumped as it is first, beside \
the dump, as DUMP.before-restore-TIME: with that dump you can go back, and it stays until you delete it. What the dump has \
is dropped and created again. What else the database has, such as a newer table, stays as it is; if it depends on what \
is dropped, as a view does, the restore fails. Stop the app before: sessions that hold locks make the restore wait, and \
fail after --lock-timeout.`;

export const restoreDatabaseCommand = (engine: Engine) =>
  defineCommand({
    name: 'restore',
    summary: `Replace the ${engine.title} database by its dump`,
    examples: [
      { words: 'The dump that lies beside the database', line: lineFor(engine, 'restore') },
      {
        words: 'The dump that is on a snapshot',
        line: `backup-ns ${engine.name} restore -n shop --snapshot data-2026-11-21`,
      },
      { words: 'A dump of this machine', line: lineFor(engine, 'restore --file dump.sql.gz') },
    ],
    help: helpOf(engine),
    settings: joined(
      joined(serverSettings(engine), restoreDatabaseSettings(engine)),
      restoreFromSnapshotSettings,
    ),
    recall: recalled(engine),
    endings: ['preflight', 'lock', 'dump', 'verification'],
    byHand: true,
    async run({ namespace, cronJob, server, fromSnapshot, ...settings }, context, { terminal }) {
      const caller = callerOn(terminal, context, { yes: settings.yes });
      const target = await findTarget({ namespace, server }, context);
      if (!fromSnapshot) return await restoreDatabase(target, settings, caller, context);
      const side = await lookAtDatabase(target, context);
      const found = await dumpsOnSnapshot(
        { engine, target, side, cronJob, fromSnapshot },
        'restore',
        caller,
        context,
      );
      const elsewhere = (database: string) => dumpOfDatabase(found, server, database, caller);
      return await restoreDatabase(target, settings, caller, context, elsewhere);
    },
    views: { table },
  });

function table(result: RestoreDatabaseResult): string {
  const { database, from, bytes, seconds } = result;
  const row = [database, from === '-' ? 'stdin' : from, humanBytes(bytes), `${seconds.toFixed(1)}s`];
  const lines = alignedTable(['DATABASE', 'RESTORED FROM', 'SIZE', 'TOOK'], [row]);
  return `${lines}\n\n${whatIsKept(result)}`;
}

function whatIsKept({ kept, safetyDump }: RestoreDatabaseResult): string {
  if (kept !== undefined) return `What was there before is database ${kept}, until you drop it.`;
  if (!safetyDump) return 'The state before the restore was not kept.';
  const { path, bytes } = safetyDump;
  return `The state before the restore is in ${path} (${humanBytes(bytes)}), until you delete it.`;
}
