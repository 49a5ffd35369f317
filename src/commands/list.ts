import type { Context } from '../context.ts';
import { listSnapshots, type Inventory } from '../inventory/list-snapshots.ts';
import { placeOf, type Scope } from '../inventory/scope.ts';
import { wantsAll, type Wanted } from '../inventory/wanted.ts';
import { watchSnapshots } from '../inventory/watch-snapshots.ts';
import { listSettings } from '../settings/list.ts';
import { tiers } from '../tiers.ts';
import { defineCommand, type Call } from './command.ts';
import { followerOf } from './list-follow.ts';
import { nameLine } from './snapshot-cells.ts';
import { SnapshotColumns } from './snapshot-columns.ts';
import { alignedTable } from './table.ts';

const help = `The oldest of each volume comes first. Shown is what carries a label of backup-ns. DELETE-AFTER is the day \
after which a snapshot goes; 'held' says that it stays, and 'held (date removed)' that it does because somebody took \
the date away.

Flags of one kind widen, flags of different kinds narrow. One kind is ${tiers.map((tier) => `--${tier}`).join(', ')} and \
--adhoc; the second is --marked, --held and --failed; the third is --pvc. So '--daily --adhoc --held' shows those of \
the daily tier and those made by hand, as far as a user holds them.

With --watch, a line follows for each change that can be seen in the chosen format; a snapshot that no longer fits the \
flags is shown once more, as it is then.`;

export const list = defineCommand({
  name: 'list',
  summary: 'Show the snapshots, what they stand for and when they go',
  help,
  settings: listSettings,
  endings: ['preflight'],
  byHand: true,
  async run({ namespace, allNamespaces, wanted, watch }, context, call) {
    const scope = allNamespaces ? undefined : (namespace ?? context.kube.namespace);
    if (watch) return await follow(scope, wanted, context, call);
    const found = await listSnapshots(scope, wanted, context);
    if (found.snapshots.length === 0) noteNone(scope, wanted, call);
    return found;
  },
  views: {
    table: (found, look) => table(found, { ...look, wide: false }),
    wide: (found, look) => table(found, { ...look, wide: true }),
    name: ({ snapshots }) => snapshots.map(nameLine).join('\n'),
  },
});

function table(
  { namespace, listedAt, snapshots }: Inventory,
  look: { colour: boolean; wide: boolean },
): string {
  if (snapshots.length === 0) return '';
  const columns = new SnapshotColumns({ wide: look.wide, hasNamespaces: namespace === undefined });
  return alignedTable(
    columns.head,
    snapshots.map((row) => columns.row(row, listedAt)),
    look,
  );
}

/** Until the reader has gone. */
async function follow(scope: Scope, wanted: Wanted, context: Context, call: Call): Promise<undefined> {
  const { output, terminal } = call;
  const follower = followerOf({ output, colour: terminal.colour, hasNamespaces: scope === undefined });
  for await (const changes of watchSnapshots(scope, wanted, follower.fingerprint, context)) {
    if (changes.length === 0) noteNone(scope, wanted, call);
    const text = await follower.write(changes, context.clock.now());
    if (text !== '' && !(await terminal.print(text))) return;
  }
}

/** For a person; a program sees that there are none. */
function noteNone(scope: Scope, wanted: Wanted, { output, terminal }: Call): void {
  if (output === 'json' || output === 'yaml') return;
  const none = wantsAll(wanted) ? 'No snapshots' : 'No matching snapshots';
  terminal.note(`${none} found in ${placeOf(scope)}.`);
}
