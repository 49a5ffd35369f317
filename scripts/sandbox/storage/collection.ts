import type { Entry } from './entry.ts';

/** What happened to one object at one revision. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** For DELETED the last state, with the revision of the deletion. */
  readonly entry: Entry;
  readonly previous: Entry | undefined;
}

/** How many changes a watch may be behind; an API server's watch cache starts with about as many. */
const historyLength = 1000;

/** As many new entries are put in their places one by one; more are sorted in together. */
const few = 50;

/** All objects of one resource, by key, with their latest changes. */
export class Collection {
  /** In the order of their keys; replaced, never changed, while a list in pages still holds it. */
  #sorted: Entry[] = [];
  #isShared = false;
  /** New ones that nobody has looked for yet: they are not among the sorted ones. */
  #added: Entry[] = [];
  readonly #byKey = new Map<string, Entry>();
  #history: Change[] = [];
  /** Changes up to this revision are forgotten. */
  #forgotten: number;
  readonly #watchers = new Set<(change: Change) => void>();

  constructor(revision: number) {
    this.#forgotten = revision;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  /** The present entries whose key begins with this, in order; it stays as it is. */
  snapshot(prefix = ''): readonly Entry[] {
    this.#sortIn();
    if (prefix === '') {
      this.#isShared = true;
      return this.#sorted;
    }
    const start = this.#position(prefix);
    // No name has a character beyond those of ASCII.
    return this.#sorted.slice(start, this.#position(`${prefix}\uFFFF`));
  }

  apply(change: Change): void {
    const { type, entry } = change;
    if (type === 'DELETED') this.#byKey.delete(entry.key);
    else this.#byKey.set(entry.key, entry);
    if (type === 'ADDED') this.#added.push(entry);
    else this.#replace(entry.key, type === 'DELETED' ? [] : [entry]);
    this.#remember(change);
    for (const watcher of this.#watchers) watcher(change);
  }

  /** Changes after this revision, oldest first; undefined when some of them are forgotten. */
  since(revision: number): Change[] | undefined {
    if (revision < this.#forgotten) return undefined;
    return this.#history.filter((change) => change.revision > revision);
  }

  forgetHistory(revision: number): void {
    this.#history = [];
    this.#forgotten = revision;
  }

  /** Gives the function that ends it. */
  watch(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #replace(key: string, by: readonly Entry[]): void {
    this.#sortIn();
    this.#unshare();
    this.#sorted.splice(this.#position(key), 1, ...by);
  }

  #sortIn(): void {
    if (this.#added.length === 0) return;
    this.#unshare();
    if (this.#added.length > few) {
      this.#sorted = this.#sorted.concat(this.#added).sort((one, other) => (one.key < other.key ? -1 : 1));
    } else {
      for (const entry of this.#added) this.#sorted.splice(this.#position(entry.key), 0, entry);
    }
    this.#added = [];
  }

  #unshare(): void {
    if (this.#isShared) this.#sorted = [...this.#sorted];
    this.#isShared = false;
  }

  #remember(change: Change): void {
    this.#history.push(change);
    if (this.#history.length < historyLength * 2) return;
    this.#history = this.#history.slice(-historyLength);
    this.#forgotten = (this.#history[0]?.revision ?? 1) - 1;
  }

  /** Of the first entry whose key is not less. */
  #position(key: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.key ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
