import { downloadDumps, type DownloadResult } from '../databases/operations/download-dump.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { downloadSettings, serverSettings, type DownloadSettings } from '../databases/operations/settings.ts';
import type { Caller } from '../caller.ts';
import { lookAtDatabase, unknownSide } from '../restore/dump/database-side.ts';
import { downloadFromSnapshot } from '../restore/dump/download-from-snapshot.ts';
import { fromSnapshotSettings, type FromSnapshot } from '../restore/dump/settings.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { dumpsOnSnapshot } from './dumps-on-snapshot.ts';
import { joined } from '../settings/schema.ts';
import { defineCommand } from './command.ts';
import { lineFor } from './database-example.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget, type ServerRequest } from '../databases/operations/target.ts';
import { callerOn } from './terminal/caller.ts';
import { recalled } from './recalled.ts';
import { alignedTable } from './table.ts';

const help = `What arrives is checked against the SHA-256 that was recorded beside the dump when it was made. The file \
gets its name only if it matches.`;

export const downloadCommand = (engine: Engine) =>
  defineCommand({
    name: 'download',
    summary: `Download the dump of ${engine.title} from its container`,
    examples: [
      { words: 'The newest dump, into this folder', line: lineFor(engine, 'download') },
      {
        words: 'The dump that is on a snapshot; the database need not run',
        line: `backup-ns ${engine.name} download -n shop --snapshot data-2026-11-21`,
      },
      { words: 'To a pipe', line: `${lineFor(engine, 'download --file -')} | wc -c` },
    ],
    help,
    settings: joined(joined(serverSettings(engine), downloadSettings), fromSnapshotSettings),
    recall: recalled(engine),
    endings: ['preflight', 'verification'],
    byHand: true,
    async run({ file, database, force, unchecked, fromSnapshot, ...place }, context, { terminal, output }) {
      const isPiped = file === '-';
      if (isPiped && output !== 'table') {
        throw new UserError(
          'settings',
          `--file - and --output ${output} both want stdout; leave one of them out`,
        );
      }
      const caller = callerOn(terminal, context);
      const wanted = { file, database, force, unchecked };
      const result = fromSnapshot
        ? await outOfSnapshot(engine, { ...place, fromSnapshot }, wanted, caller, context)
        : await downloadDumps(await findTarget(place, context), wanted, caller, context);
      if (!isPiped) return result;
      for (const one of result.files) terminal.note(sentence(one));
      return undefined;
    },
    views: { table },
  });

/** The database need not run for it. */
async function outOfSnapshot(
  engine: Engine,
  { namespace = '', server, cronJob, fromSnapshot }: ServerRequest & { readonly fromSnapshot: FromSnapshot },
  wanted: DownloadSettings,
  caller: Caller,
  context: SnapshotContext,
): Promise<DownloadResult> {
  const place = { namespace: namespace || context.kube.namespace, server };
  const side = await findTarget(place, context)
    .then((target) => lookAtDatabase(target, context))
    .catch((error: unknown) => {
      context.signal.throwIfAborted();
      context.log.debug({ reason: messageOf(error) }, 'the database is not looked at');
      return unknownSide;
    });
  const found = await dumpsOnSnapshot(
    { engine, target: place, side, cronJob, fromSnapshot },
    'download',
    caller,
    context,
  );
  return await downloadFromSnapshot(found, place, wanted, caller, context);
}

type File = DownloadResult['files'][number];

function sentence({ path, bytes, sha256, isRecorded }: File): string {
  return `${path}: ${humanBytes(bytes)}, SHA-256 ${sha256}, ${provenBy(isRecorded)}`;
}

function provenBy(isRecorded: boolean): string {
  return isRecorded ? 'as recorded' : 'not recorded';
}

function table({ files }: DownloadResult): string {
  const rows = files.map(({ file, bytes, sha256, isRecorded }) => [
    file,
    humanBytes(bytes),
    sha256,
    provenBy(isRecorded),
  ]);
  return alignedTable(['FILE', 'SIZE', 'SHA256', 'CHECKED'], rows);
}
