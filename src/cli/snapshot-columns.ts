import { humanAge } from '../core/human-age.ts';
import type { SnapshotRow } from '../catalogue/snapshot-row.ts';
import { deletionCell, orDash, sizeText, tiersText } from './snapshot-cells.ts';
import type { Cell, Row } from './table.ts';

/** A snapshot in a table; `deleted` when it is there no more. */
export type ShownRow = SnapshotRow & { readonly deleted?: boolean };

interface Column {
  readonly title: string;
  readonly cell: (row: ShownRow, now: Date) => Cell;
}

/** The columns of a table of snapshots. */
export class SnapshotColumns {
  readonly head: readonly string[];
  readonly #columns: readonly Column[];

  constructor(layout: { readonly wide: boolean; readonly hasNamespaces: boolean }) {
    this.#columns = columnsOf(layout);
    this.head = this.#columns.map(({ title }) => title);
  }

  row(row: ShownRow, now: Date): Row {
    return this.#columns.map(({ cell }) => cell(row, now));
  }

  /** The same for two rows that look the same but for their age. */
  fingerprint(row: SnapshotRow): string {
    return JSON.stringify(this.row(row, row.createdAt));
  }
}

function columnsOf({ wide, hasNamespaces }: { wide: boolean; hasNamespaces: boolean }): Column[] {
  const always: Column[] = [
    { title: 'NAME', cell: ({ name }) => name },
    {
      title: 'PVC',
      cell: ({ pvc, earlierVolume }) => (earlierVolume ? `${pvc} (earlier volume)` : orDash(pvc)),
    },
    { title: 'READY', cell: readyCell },
    { title: 'AGE', cell: ({ createdAt }, now) => humanAge(createdAt, now) },
    { title: 'TYPE', cell: ({ type }) => orDash(type) },
    { title: 'TIERS', cell: ({ tiers }) => tiersText(tiers, wide) },
    { title: 'DELETE-AFTER', cell: deletionCell },
    { title: 'VERIFIED', cell: ({ verified }) => orDash(verified) },
    { title: 'SIZE', cell: ({ sizeBytes }) => sizeText(sizeBytes) },
  ];
  return [
    ...(hasNamespaces ? [{ title: 'NAMESPACE', cell: ({ namespace }: ShownRow) => namespace }] : []),
    ...always,
    ...(wide ? wideColumns : []),
  ];
}

const wideColumns: readonly Column[] = [
  { title: 'PVC-UID', cell: ({ pvcUid }) => orDash(pvcUid) },
  { title: 'CLASS', cell: ({ className }) => orDash(className) },
  { title: 'CONTENT', cell: ({ content }) => orDash(content) },
  { title: 'POD', cell: ({ pod }) => orDash(pod) },
  { title: 'WHY', cell: ({ failed }) => (failed === undefined ? '-' : { text: failed, colour: 'red' }) },
];

function readyCell({ ready, deleting, deleted, failed }: ShownRow): Cell {
  if (deleted) return { text: 'deleted', colour: 'dim' };
  if (deleting) return { text: 'deleting', colour: 'yellow' };
  return ready && failed === undefined ? 'true' : { text: String(ready), colour: 'red' };
}
