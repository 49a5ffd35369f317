import type { SnapshotContext, SnapshotEvent } from '../snapshots/provider.ts';
import { Changes, type Change } from './changes.ts';
import { byVolume, isManaged } from './list-snapshots.ts';
import { explained, type Scope } from './scope.ts';
import { snapshotRow, type SnapshotRow } from './snapshot-row.ts';
import { wantedBy, type Wanted } from './wanted.ts';

/**
 * First all that are there, which may be none, each as ADDED and in the order of a list; then every change by itself, for
 * ever. What leaves a row's fingerprint as it was is not a change. Throws UserError 'preflight' when they cannot be seen.
 */
export async function* watchSnapshots(
  scope: Scope,
  wanted: Wanted,
  fingerprint: (row: SnapshotRow) => string,
  context: SnapshotContext,
): AsyncGenerator<readonly Change[]> {
  const isWanted = wantedBy(wanted);
  const changes = new Changes(fingerprint);
  let present: Change[] | undefined = [];
  try {
    for await (const event of context.snapshots.watch({ namespace: scope }, context)) {
      if (event.type !== 'BOOKMARK') {
        const change = changeOf(event, changes, isWanted, context.clock.now());
        if (change && present) present.push(change);
        else if (change) yield [change];
      } else if (present) {
        yield present.toSorted((one, other) => byVolume(one.row, other.row));
        present = undefined;
      }
    }
  } catch (error) {
    throw explained(error, scope, context.snapshots);
  }
}

/** A snapshot that loses all labels of this tool is no more one of those that are shown. */
function changeOf(
  { type, snapshot }: Exclude<SnapshotEvent, { type: 'BOOKMARK' }>,
  changes: Changes,
  isWanted: (row: SnapshotRow) => boolean,
  now: Date,
): Change | undefined {
  const row = snapshotRow(snapshot, now);
  const { uid = '' } = snapshot.metadata;
  return type === 'DELETED'
    ? changes.gone(uid, row)
    : changes.present(uid, row, isManaged(snapshot) && isWanted(row));
}
