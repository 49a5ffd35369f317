/** A turn costs as many of these as it lasted, and at least one: what is done at once counts alike. */
const millisecondsOfOne = 100;

interface Queue<Item> {
  readonly namespace: string;
  items: readonly Item[];
  /** How many of them have had their turn. */
  taken: number;
  /** What its turns have cost so far. */
  cost: number;
}

/**
 * Hands out the items of many namespaces by turns: next comes the namespace that has cost the least time so far, so that
 * neither thousands of items nor slow ones of one namespace are in the way of another. Within a namespace the order stays.
 */
export class Turns<Item> {
  readonly #queues: Queue<Item>[];

  /** `start`, from 0 to below 1, says which namespace is the first: whoever always is last may never have a turn. */
  constructor(items: readonly Item[], namespaceOf: (item: Item) => string, start: number) {
    const queues = [...Map.groupBy(items, namespaceOf)].map(([namespace, own]) => ({
      namespace,
      items: own,
      taken: 0,
      cost: 0,
    }));
    this.#queues = rotated(queues, start);
  }

  /** Undefined when there is none any more. */
  next(): { readonly item: Item; readonly namespace: string } | undefined {
    let first: Queue<Item> | undefined;
    for (const queue of this.#queues) {
      if (queue.taken === queue.items.length) continue;
      if (first === undefined || queue.cost < first.cost) first = queue;
    }
    if (first === undefined) return undefined;
    first.cost += 1;
    return { item: first.items[first.taken++] as Item, namespace: first.namespace };
  }

  /** A turn of the namespace took this long, and was for so many things: what is done at once may be much all the same. */
  spent(namespace: string, milliseconds: number, count = 1): void {
    const queue = this.#queues.find((one) => one.namespace === namespace);
    if (queue) queue.cost += Math.max(1, count, Math.ceil(milliseconds / millisecondsOfOne)) - 1;
  }

  /** These come next of their namespace, which has had a turn before. */
  putFirst(namespace: string, items: readonly Item[]): void {
    const queue = this.#queues.find((one) => one.namespace === namespace);
    if (!queue) return;
    queue.items = [...items, ...queue.items.slice(queue.taken)];
    queue.taken = 0;
  }

  /** What is left of the namespace gets no turn. */
  giveUp(namespace: string): void {
    const index = this.#queues.findIndex((one) => one.namespace === namespace);
    if (index !== -1) this.#queues.splice(index, 1);
  }
}

/** The same ring, begun elsewhere. */
export function rotated<Item>(items: readonly Item[], start: number): Item[] {
  const first = Math.floor(start * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
