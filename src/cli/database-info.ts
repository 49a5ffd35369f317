import {
  readInfo,
  type DatabaseInfo,
  type DatabaseOfServer,
  type DumpInfo,
} from '../databases/operations/read-info.ts';
import { humanAge } from '../core/human-age.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { infoSettings, serverSettings } from '../databases/operations/settings.ts';
import { joined } from '../settings/schema.ts';
import { defineCommand } from './command.ts';
import { lineFor } from './database-example.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget } from '../databases/operations/target.ts';
import { recalled } from './recalled.ts';
import { alignedTable, type Cell } from './table.ts';

export const infoCommand = (engine: Engine) =>
  defineCommand({
    name: 'info',
    summary: `Show the ${engine.title} server, its databases and its dumps`,
    examples: [{ words: 'The server in Deployment shop', line: lineFor(engine, 'info') }],
    help: 'The dump is read to its end, to see whether it is complete, and whether it is the one that was recorded beside it.',
    settings: joined(serverSettings(engine), infoSettings),
    recall: recalled(engine),
    endings: ['preflight'],
    byHand: true,
    run: async (place, context) => await readInfo(await findTarget(place, context), context),
    views: { table: (info, look) => view(info, engine.productOf(info.serverVersion), look) },
  });

function view(info: DatabaseInfo, product: string, look: { readonly colour: boolean }): string {
  const { namespace, pod, container, serverVersion, toolVersion, role, user, databases, dumps } = info;
  const facts = [
    ['Server', `${product} ${serverVersion}, ${role}`],
    ['Tool', toolVersion],
    ['Pod', `${namespace}/${pod}, container ${container}`],
    ['User', user],
  ];
  const isAnyLeft = databases.some(({ left }) => left !== undefined);
  const sizes = databases.map(({ name, bytes, left }) => [
    name,
    humanBytes(bytes),
    ...(isAnyLeft ? [left ? leftWords[left] : ''] : []),
  ]);
  const tables = [
    alignedTable([], facts),
    alignedTable(['DATABASE', 'SIZE', ...(isAnyLeft ? ['LEFT BY A RESTORE'] : [])], sizes, look),
    alignedTable(['DUMP', 'AGE', 'SIZE', 'STATE', 'SHA256'], dumps.map(dumpRow), look),
  ];
  return tables.join('\n\n');
}

const leftWords: Readonly<Record<NonNullable<DatabaseOfServer['left']>, Cell>> = {
  kept: { text: 'what was there before; drop it when it is not needed any more', colour: 'yellow' },
  unfinished: { text: 'was killed before its end; the next restore drops it', colour: 'yellow' },
};

const words: Readonly<Record<DumpInfo['state'], Cell>> = {
  good: 'matches its record',
  unrecorded: { text: 'whole, no record', colour: 'yellow' },
  mismatch: { text: 'not what was recorded!', colour: 'red' },
  cut: { text: 'cut short!', colour: 'red' },
  damaged: { text: 'damaged!', colour: 'red' },
  missing: { text: 'not there', colour: 'yellow' },
  unreadable: { text: 'unreadable', colour: 'red' },
};

function dumpRow({ path, state, ageSeconds, bytes, sha256 }: DumpInfo): Cell[] {
  const now = new Date(0);
  const age = ageSeconds === undefined ? '-' : humanAge(new Date(-ageSeconds * 1000), now);
  return [path, age, bytes === undefined ? '-' : humanBytes(bytes), words[state], sha256 ?? '-'];
}
