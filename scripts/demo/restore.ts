import { dateOf, type Diary } from './diary.ts';
import { chapter, good, say } from './narrator.ts';
import type { Runs } from './runs.ts';
import type { Scene } from './scene.ts';
import { snapshotOfLastMonth } from './snapshots.ts';

/** Loses the orders, and brings those of a kept day back. Throws when they are not that day's. */
export async function loseAndRestore({ sandbox, shop }: Scene, runs: Runs, diary: Diary): Promise<void> {
  const { namespace } = shop.app;
  chapter('A disaster, and nobody notices what went wrong weeks ago', `today: ${shop.orders()}`);
  shop.lose();

  const { name = '', creationTimestamp = '' } = snapshotOfLastMonth(sandbox, namespace).metadata;
  const day = dateOf(new Date(creationTimestamp));
  const then = diary.ordersOn(day);
  chapter(`A restore of ${day}, the first backup of its month`, `then: ${then}`);
  const said = await runs.command(['restore', name, '--pvc', 'restored', '--wait']);
  say(said.slice(0, said.indexOf('\n\n')));
  const restored = shop.restore(sandbox.volume(namespace, 'restored'));
  say(restored);
  if (restored !== then) throw new Error(`The restored orders are not those of ${day}, which were ${then}`);
  good(`These are the orders of ${day}.`);
}
