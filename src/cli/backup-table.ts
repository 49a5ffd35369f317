import type { Intent } from '../backup/intent.ts';
import type { BackupResult } from '../backup/result.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { humanDuration } from '../core/human-duration.ts';
import { shown } from '../core/quoted.ts';
import { harmless } from '../core/terminal-text.ts';
import { alignedTable, type Look, type Row } from './table.ts';

/** What `create` has made, or would make, for a person. */
export function backupTable(result: BackupResult, look: Look): string {
  const { namespace, would } = result;
  return would ? intentTable(namespace, would, look) : resultTable(result, look);
}

/** More of them are in the result itself. */
const mostNamed = 5;

/** The same in one sentence. */
export function backupSentence({
  namespace,
  dryRun,
  dumps,
  snapshots,
  stays,
  seconds,
}: BackupResult): string {
  if (dryRun) return `Namespace '${namespace}' can be backed up; nothing was changed`;
  const took = humanDuration((seconds['total'] ?? 0) * 1000);
  const contents = dumps.filter(({ propertiesOf }) => propertiesOf === undefined);
  const dumped = contents.map(({ path, bytes }) => `dump ${shown(path)} (${humanBytes(bytes)})`);
  const cut = snapshots.map(({ name, pvc }) => `snapshot ${name} of PVC ${pvc}`);
  const stay = stays === undefined ? '' : `; it stays ${stays}`;
  return `Backed up namespace '${namespace}' in ${took}: ${[...few(dumped), ...few(cut)].join(', ')}${stay}`;
}

function few(texts: readonly string[]): string[] {
  const more = texts.length - mostNamed;
  return more > 0 ? [...texts.slice(0, mostNamed), `${more} more`] : [...texts];
}

function resultTable({ namespace, dumps, snapshots, stays, seconds }: BackupResult, look: Look): string {
  const dumpRows = dumps.map(({ path, database = '-', bytes, startedAt, completedAt }) => [
    database,
    humanBytes(bytes),
    humanDuration(Date.parse(completedAt) - Date.parse(startedAt)),
    path,
  ]);
  const snapshotRows = snapshots.map(({ name, pvc, className, ready }) => [
    name,
    pvc,
    className,
    ready ? 'true' : 'not waited for',
  ]);
  const took = humanDuration((seconds['total'] ?? 0) * 1000);
  const stay = stays === undefined ? '' : `\nIt stays ${stays}.`;
  return [
    ...(dumpRows.length > 0 ? [alignedTable(['DATABASE', 'SIZE', 'TOOK', 'DUMP'], dumpRows, look)] : []),
    alignedTable(['SNAPSHOT', 'PVC', 'CLASS', 'READY'], snapshotRows, look),
    harmless(`Backed up namespace '${namespace}' in ${took}.${stay}`),
  ].join('\n\n');
}

function intentTable(namespace: string, would: Intent, look: Look): string {
  const rows: Row[] = [
    ...would.hooks.map(({ name, pod }) => ['run hook', name, `in pod ${pod}`]),
    ...would.dump.map(({ engine, pod, container, databases }) => [
      'dump',
      databases.join(', '),
      `by ${engine} in pod ${pod}, container ${container}`,
    ]),
    ...would.snapshot.map(({ pvc, className, deletionPolicy }) => [
      'snapshot',
      `PVC ${pvc}`,
      `of class ${className}, which ${deletionPolicy === '' ? 'may not be looked at' : `has deletionPolicy ${deletionPolicy}`}`,
    ]),
  ];
  const group =
    would.groupClass === undefined ? '' : `All snapshots as one group of class ${would.groupClass}. `;
  const sum = `Namespace '${namespace}' can be backed up. ${group}Nothing was changed.`;
  return `${alignedTable(['WOULD', 'WHAT', 'HOW'], rows, look)}\n\n${harmless(sum)}`;
}
