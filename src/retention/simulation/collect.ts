import type { Context } from '../../context.ts';

/** All of the items; between some of them a signal is heard, which long work in one piece would not do. */
export async function collect<Item>(
  items: Iterable<Item>,
  atOnce: number,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
): Promise<Item[]> {
  const collected: Item[] = [];
  for (const item of items) {
    collected.push(item);
    if (collected.length % atOnce === 0) await clock.sleep(0, signal);
  }
  return collected;
}
