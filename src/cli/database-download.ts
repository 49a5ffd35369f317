import { downloadDumps, type DownloadResult } from '../databases/operations/download-dump.ts';
import { UserError } from '../core/errors.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { downloadSettings, serverSettings } from '../databases/operations/settings.ts';
import { joined } from '../settings/schema.ts';
import { defineCommand } from './command.ts';
import { lineFor } from './database-example.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget } from '../databases/operations/target.ts';
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
      { words: 'To a pipe', line: `${lineFor(engine, 'download --file -')} | wc -c` },
    ],
    help,
    settings: joined(serverSettings(engine), downloadSettings),
    recall: recalled(engine),
    endings: ['preflight', 'verification'],
    byHand: true,
    async run({ file, database, force, unchecked, ...place }, context, { terminal, output }) {
      const isPiped = file === '-';
      if (isPiped && output !== 'table') {
        throw new UserError(
          'settings',
          `--file - and --output ${output} both want stdout; leave one of them out`,
        );
      }
      const target = await findTarget(place, context);
      const result = await downloadDumps(
        target,
        { file, database, force, unchecked },
        callerOn(terminal, context),
        context,
      );
      if (!isPiped) return result;
      for (const one of result.files) terminal.note(sentence(one));
      return undefined;
    },
    views: { table },
  });

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
