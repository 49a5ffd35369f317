import { humanAge } from '../core/human-age.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { sentenceOf, type StatusLine } from '../status/line.ts';
import { orDash } from './snapshot-cells.ts';
import type { Cell, Row } from './table.ts';

/** A line in a table; `gone` when there is no such PVC any more. */
export type ShownLine = StatusLine & { readonly gone?: boolean };

interface Column {
  readonly title: string;
  readonly cell: (line: ShownLine, now: Date) => Cell;
}

/** The columns of a table of PVCs. */
export class StatusColumns {
  readonly head: readonly string[];
  readonly #columns: readonly Column[];

  constructor({ wide, hasNamespaces }: { readonly wide: boolean; readonly hasNamespaces: boolean }) {
    this.#columns = [
      ...(hasNamespaces ? [namespaceColumn] : []),
      ...usual,
      ...(wide ? more : []),
      problems(wide),
    ];
    this.head = this.#columns.map(({ title }) => title);
  }

  row(line: ShownLine, now: Date): Row {
    return this.#columns.map(({ cell }) => cell(line, now));
  }
}

/** The same for two lines that look the same but for what goes by the clock. */
export function fingerprint(line: StatusLine): string {
  const { protection, cronJobs, lastBackup, lastDump, nextRun, problems: all } = line;
  // How long something has lasted is in the sentences, too.
  const sentences = all.map((one) => sentenceOf(one).replaceAll(/for \d\S*/g, 'for a time'));
  return JSON.stringify({ protection, cronJobs, lastBackup, lastDump, nextRun, sentences });
}

const namespaceColumn: Column = { title: 'NAMESPACE', cell: ({ namespace }) => namespace };

const usual: readonly Column[] = [
  { title: 'PVC', cell: ({ pvc }) => pvc },
  { title: 'PROTECTED', cell: protectionCell },
  { title: 'SINCE', cell: ({ since }, now) => (since ? humanAge(since, now) : '-') },
  {
    title: 'LAST-BACKUP',
    cell: ({ lastBackup }, now) => (lastBackup ? humanAge(lastBackup.takenAt, now) : '-'),
  },
  { title: 'LAST-DUMP', cell: dumpCell },
  { title: 'NEXT-RUN', cell: ({ nextRun }, now) => (nextRun ? `in ${humanAge(now, nextRun)}` : '-') },
];

const more: readonly Column[] = [
  { title: 'CRONJOB', cell: ({ cronJobs }) => orDash(cronJobs.join(',')) },
  { title: 'SNAPSHOT', cell: ({ lastBackup }) => orDash(lastBackup?.snapshot) },
];

/** The most important one, with how many others there are; in a wide table all of them, as it has the width. */
function problems(wide: boolean): Column {
  return {
    title: 'PROBLEM',
    cell({ problems: all, protection }) {
      const [first] = all;
      if (!first) return '-';
      const others = all.length > 1 ? ` (and ${all.length - 1} more; see -o wide)` : '';
      const text = wide ? all.map(sentenceOf).join('. ') : `${sentenceOf(first)}${others}`;
      return protection === 'exempt' ? text : { text, colour: protection === 'yes' ? 'yellow' : 'red' };
    },
  };
}

function protectionCell({ protection, gone }: ShownLine): Cell {
  if (gone) return { text: 'gone', colour: 'dim' };
  if (protection === 'no') return { text: 'no', colour: 'red' };
  if (protection === 'late') return { text: 'late', colour: 'yellow' };
  return protection === 'exempt' ? { text: 'exempt', colour: 'dim' } : 'yes';
}

function dumpCell({ lastDump }: StatusLine): Cell {
  if (!lastDump) return '-';
  const { engines, dumps, bytes } = lastDump;
  const count = dumps > 1 ? `${dumps}, ` : '';
  return `${orDash(engines.join(','))} (${count}${humanBytes(bytes)})`;
}
