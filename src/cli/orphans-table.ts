import { humanAge } from '../core/human-age.ts';
import type { OrphanRow } from '../catalogue/orphans.ts';
import { deletionCell, orDash, sizeText, tiersText } from './snapshot-cells.ts';
import { alignedTable, type Row } from './table.ts';

const head = ['CONTENT', 'SNAPSHOT', 'PVC', 'AGE', 'TYPE', 'TIERS', 'DELETE-AFTER', 'POLICY', 'SIZE'];
const wideHead = ['DRIVER', 'HANDLE'];

interface Look {
  readonly now: Date;
  readonly wide: boolean;
  readonly colour: boolean;
}

/** In the order that they are in; '' when there are none. */
export function orphansTable(orphans: readonly OrphanRow[], look: Look): string {
  if (orphans.length === 0) return '';
  const rows = orphans.map((orphan) => rowOf(orphan, look));
  return alignedTable(look.wide ? [...head, ...wideHead] : head, rows, look);
}

function rowOf(orphan: OrphanRow, { now, wide }: Look): Row {
  const { name, namespace, snapshot, pvc, createdAt, type, tiers, deleteAfter, isHeld } = orphan;
  const { deletionPolicy, sizeBytes, driver, snapshotHandle } = orphan;
  return [
    name,
    `${namespace}/${snapshot}`,
    orDash(pvc),
    humanAge(createdAt, now),
    orDash(type),
    tiersText(tiers, wide),
    deletionCell({ held: isHeld ? 'label' : undefined, deleteAfter }, now),
    deletionPolicy,
    sizeText(sizeBytes),
    ...(wide ? [driver, orDash(snapshotHandle)] : []),
  ];
}

/** As kubectl prints it, and as `rebind` and `delete-orphan` take it. */
export function orphanNameLine({ name }: OrphanRow): string {
  return `volumesnapshotcontent.snapshot.storage.k8s.io/${name}`;
}
