import { makeDump, type DumpResult } from '../databases/operations/make-dump.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { dumpSettings, serverSettings } from '../databases/operations/settings.ts';
import { joined } from '../settings/schema.ts';
import { defineCommand } from './command.ts';
import { lineFor } from './database-example.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget } from '../databases/operations/target.ts';
import { recalled } from './recalled.ts';
import { alignedTable } from './table.ts';

export const dumpCommand = (engine: Engine) =>
  defineCommand({
    name: 'dump',
    summary: `Dump ${engine.title} as a backup does, without a snapshot`,
    examples: [{ words: 'Dump what the Deployment shop runs', line: lineFor(engine, 'dump') }],
    help: `The same checks and the same dump as 'backup-ns create' makes, in the same place. The dump that is there is \
replaced only when the new one is complete.`,
    settings: joined(serverSettings(engine), dumpSettings),
    recall: recalled(engine),
    endings: ['preflight', 'lock', 'dump'],
    byHand: true,
    async run({ maximumUsedPercent, leaseWaitMilliseconds, ...place }, context) {
      const target = await findTarget(place, context);
      return await makeDump(target, { maximumUsedPercent, leaseWaitMilliseconds }, context);
    },
    views: { table },
  });

function table({ dumps }: DumpResult): string {
  const rows = dumps.map(({ database = '-', path, bytes, sha256, startedAt, completedAt }) => {
    const seconds = (Date.parse(completedAt) - Date.parse(startedAt)) / 1000;
    return [database, path, humanBytes(bytes), `${seconds.toFixed(1)}s`, sha256];
  });
  return alignedTable(['DATABASE', 'DUMP', 'SIZE', 'TOOK', 'SHA256'], rows);
}
