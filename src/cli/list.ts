import type { SnapshotContext } from '../snapshots/provider.ts';
import { inventoryOfOrphans, type OrphanInventory } from '../catalogue/orphans.ts';
import { listSnapshots, type Inventory } from '../catalogue/list-snapshots.ts';
import { placeOf, type Scope } from '../catalogue/scope.ts';
import { wantsAll, type Wanted } from '../catalogue/wanted.ts';
import { watchSnapshots } from '../catalogue/watch-snapshots.ts';
import { listSettings } from '../catalogue/settings.ts';
import { tiers } from '../snapshots/tiers.ts';
import { words } from '../snapshots/csi/words.ts';
import { defineCommand, type Call } from './command.ts';
import { followerOf } from './list-follow.ts';
import { orphanNameLine, orphansTable } from './orphans-table.ts';
import { nameLine } from './snapshot-cells.ts';
import { SnapshotColumns } from './snapshot-columns.ts';
import { alignedTable } from './table.ts';

const help = `The oldest snapshot of each volume comes first. Snapshots without a label of backup-ns are not shown. DELETE-AFTER is \
the day after which a snapshot is deleted; 'held' means that it stays, and 'held (date removed)' that it stays because \
somebody removed the date. '(earlier volume)' beside a PVC means that a later snapshot is of another volume of that \
name, because the PVC was deleted and created again.

Flags of one kind are combined by or, flags of different kinds by and. One kind is ${tiers.map((tier) => `--${tier}`).join(', ')} and \
--adhoc; the second is --marked, --held and --failed; the third is --pvc. So '--daily --adhoc --held' shows those of \
the daily tier and those made by hand, if a user holds them.

With --watch, a line follows for each change that the chosen format shows; a snapshot that no longer matches the \
flags is shown once more, as it is then.

With --orphans, the ${words.content}s of backup-ns are shown whose snapshot is gone; 'rebind' brings one back, and \
'delete-orphan' deletes it with its data.`;

export const list = defineCommand({
  name: 'list',
  summary: 'Show the snapshots, what they stand for and when they go',
  examples: [
    { words: 'All snapshots of namespace shop', line: 'backup-ns list -n shop' },
    { words: 'Those of the whole cluster that failed, and why', line: 'backup-ns list -A --failed -o wide' },
    {
      words: 'The newest good snapshot of PVC data, for a script',
      line: "backup-ns list -n shop --pvc data -o json |\n    jq -r '[.snapshots[] | select(.ready)] | last.name'",
    },
  ],
  help,
  settings: listSettings,
  endings: ['preflight'],
  byHand: true,
  async run({ namespace, allNamespaces, wanted, watch, orphans }, context, call): Promise<Found> {
    if (orphans) return await findOrphans(allNamespaces ? undefined : namespace, context, call);
    const scope = allNamespaces ? undefined : (namespace ?? context.kube.namespace);
    if (watch) return await follow(scope, wanted, context, call);
    const found = await listSnapshots(scope, wanted, context);
    if (found.snapshots.length === 0) noteNone(scope, wanted, call);
    return found;
  },
  views: {
    table: (found, look) => view(found, { ...look, wide: false }),
    wide: (found, look) => view(found, { ...look, wide: true }),
    name: (found) => names(found).join('\n'),
  },
});

/** Undefined when all has been printed already. */
type Found = Inventory | OrphanInventory | undefined;

function view(found: Found, look: { colour: boolean; wide: boolean }): string {
  if (!found) return '';
  return 'orphans' in found
    ? orphansTable(found.orphans, { ...look, now: found.listedAt })
    : table(found, look);
}

function names(found: Found): string[] {
  if (!found) return [];
  return 'orphans' in found ? found.orphans.map(orphanNameLine) : found.snapshots.map(nameLine);
}

async function findOrphans(scope: Scope, context: SnapshotContext, call: Call): Promise<OrphanInventory> {
  const found = await inventoryOfOrphans(scope, context);
  if (found.orphans.length === 0 && isForPeople(call)) {
    call.terminal.note(`No orphans of ${placeOf(scope)} found.`);
  }
  return found;
}

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
async function follow(
  scope: Scope,
  wanted: Wanted,
  context: SnapshotContext,
  call: Call,
): Promise<undefined> {
  const { output, terminal } = call;
  const follower = followerOf({ output, colour: terminal.colour, hasNamespaces: scope === undefined });
  for await (const changes of watchSnapshots(scope, wanted, follower.fingerprint, context)) {
    if (changes.length === 0) noteNone(scope, wanted, call);
    const text = await follower.write(changes, context.clock.now());
    if (text !== '' && !(await terminal.print(text))) return;
  }
}

/** For a person; a program sees that there are none. */
function noteNone(scope: Scope, wanted: Wanted, call: Call): void {
  if (!isForPeople(call)) return;
  const none = wantsAll(wanted) ? 'No snapshots' : 'No matching snapshots';
  call.terminal.note(`${none} found in ${placeOf(scope)}.`);
}

function isForPeople({ output, isQuiet }: Call): boolean {
  return output !== 'json' && output !== 'yaml' && !isQuiet;
}
