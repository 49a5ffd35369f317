import { requireNamespace } from '../kube/require-namespace.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { Labelled } from '../snapshots/stored.ts';
import { prefix } from '../snapshots/labels.ts';
import { explained, type Scope } from './scope.ts';
import { snapshotRow, type SnapshotRow } from './snapshot-row.ts';
import { wantedBy, type Wanted } from './wanted.ts';

/** What `list` says. */
export interface Inventory {
  /** Absent when it is of the whole cluster. */
  readonly namespace?: string;
  readonly listedAt: Date;
  readonly snapshots: readonly SnapshotRow[];
}

/** Throws UserError 'preflight' when they cannot be seen. */
export async function listSnapshots(
  scope: Scope,
  wanted: Wanted,
  context: SnapshotContext,
): Promise<Inventory> {
  const now = context.clock.now();
  const isWanted = wantedBy(wanted);
  const rows: SnapshotRow[] = [];
  const present = new PresentVolumes();
  try {
    for await (const stored of context.snapshots.list({ namespace: scope }, context)) {
      if (!isManaged(stored)) continue;
      const row = snapshotRow(stored, now);
      present.see(row);
      if (isWanted(row)) rows.push(row);
    }
  } catch (error) {
    throw explained(error, scope, context.snapshots);
  }
  if (rows.length === 0 && scope !== undefined) await requireNamespace(scope, context);
  return {
    ...(scope !== undefined && { namespace: scope }),
    listedAt: now,
    snapshots: rows.map((row) => present.of(row)).toSorted(byVolume),
  };
}

/**
 * Which volume a PVC's name stands for: that of its newest snapshot. Those that do not say their PVC's uid are of the oldest
 * volume of the name, as retention takes them.
 */
class PresentVolumes {
  readonly #newest = new Map<string, SnapshotRow>();
  readonly #oldest = new Map<string, SnapshotRow>();

  see(row: SnapshotRow): void {
    if (row.pvcUid === undefined) return;
    const name = nameOf(row);
    const [newest = row, oldest = row] = [this.#newest.get(name), this.#oldest.get(name)];
    this.#newest.set(name, newest.createdAt < row.createdAt ? row : newest);
    this.#oldest.set(name, row.createdAt < oldest.createdAt ? row : oldest);
  }

  of(row: SnapshotRow): SnapshotRow {
    const name = nameOf(row);
    const uid = row.pvcUid ?? this.#oldest.get(name)?.pvcUid;
    const isEarlier = uid !== undefined && uid !== this.#newest.get(name)?.pvcUid;
    return isEarlier ? { ...row, earlierVolume: true } : row;
  }
}

function nameOf({ namespace, pvc }: SnapshotRow): string {
  return `${namespace}/${pvc}`;
}

/** Also a snapshot of somebody else that a user gave a label of this tool: such a date or a hold counts. */
export function isManaged({ metadata }: Labelled): boolean {
  return Object.keys(metadata.labels ?? {}).some((name) => name.startsWith(prefix));
}

/** The oldest of a volume first: on a terminal the newest stands next to the prompt. */
export function byVolume(one: SnapshotRow, other: SnapshotRow): number {
  return (
    compare(one.namespace, other.namespace) ||
    compare(one.pvc ?? '', other.pvc ?? '') ||
    one.createdAt.getTime() - other.createdAt.getTime() ||
    compare(one.name, other.name)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
