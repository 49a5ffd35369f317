import { asAdmin, type Admin } from './as-admin.ts';
import { chapter, good, say } from './narrator.ts';
import type { Shop } from './shop.ts';
import { snapshotOfLastMonth } from './snapshots.ts';

/** Loses the orders, and brings those of a kept day back. Throws when they are not that day's. */
export async function loseAndRestore(
  admin: Admin,
  shop: Shop,
  stood: ReadonlyMap<string, string>,
): Promise<void> {
  const { sandbox, namespace } = admin;
  chapter('A disaster, and nobody notices what went wrong weeks ago', `today: ${shop.orders()}`);
  shop.lose();

  const { name = '', creationTimestamp = '' } = snapshotOfLastMonth(sandbox, namespace).metadata;
  const day = creationTimestamp.slice(0, 10);
  chapter(`A restore of ${day}, the first backup of its month`, `then: ${stood.get(day)}`);
  const said = await asAdmin(admin, ['restore', name, '--pvc', 'restored', '--wait']);
  say(said.slice(0, said.indexOf('\n\n')));
  const restored = shop.restore(sandbox.volume(namespace, 'restored'));
  say(restored);
  if (restored !== stood.get(day))
    throw new Error(`The restored orders are not those of ${day}: ${stood.get(day)}`);
  good(`These are the orders of ${day}.`);
}
