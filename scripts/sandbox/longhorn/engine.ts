/** A snapshot as the engine of a volume has it, whether or not there is a resource for it. */
export interface EngineSnapshot {
  readonly name: string;
  /** Empty for the first. */
  parent: string;
  /** RFC 3339 */
  readonly createdAt: string;
  /** False for one that the engine has made itself. */
  readonly isUserCreated: boolean;
  isRemoved: boolean;
  /** Bytes that it holds beyond its parent. */
  size: number;
}

/** What the engine calls that which is written to. */
export const volumeHead = 'volume-head';

/**
 * The chain of a volume's snapshots, the last of which the head stands on. Removing one only marks it; a purge takes it out
 * and gives what it holds to its child. The one that the head stands on cannot be purged, as nothing is merged into a head
 * that is written to (longhorn-engine, pkg/replica: "cannot remove parent of volume head").
 */
export class Engine {
  readonly #snapshots = new Map<string, EngineSnapshot>();
  /** What the head stands on; empty without snapshots. */
  #last = '';

  find(name: string): EngineSnapshot | undefined {
    return this.#snapshots.get(name);
  }

  all(): EngineSnapshot[] {
    return [...this.#snapshots.values()];
  }

  get last(): string {
    return this.#last;
  }

  take(name: string, facts: Pick<EngineSnapshot, 'createdAt' | 'isUserCreated' | 'size'>): EngineSnapshot {
    const snapshot = { name, parent: this.#last, isRemoved: false, ...facts };
    this.#snapshots.set(name, snapshot);
    this.#last = name;
    return snapshot;
  }

  childrenOf(name: string): string[] {
    const above = this.all().filter(({ parent }) => parent === name);
    return [...above.map((one) => one.name), ...(this.#last === name ? [volumeHead] : [])];
  }

  mark(name: string): void {
    const snapshot = this.#snapshots.get(name);
    if (snapshot) snapshot.isRemoved = true;
  }

  /** Takes out what is marked and not right behind the head; `isRead` ones stay. Gives their names. */
  purge(isRead: (name: string) => boolean = () => false): string[] {
    const gone = this.all().filter(
      ({ name, isRemoved }) => isRemoved && name !== this.#last && !isRead(name),
    );
    for (const { name, parent, size } of gone) {
      for (const child of this.all().filter((one) => one.parent === name)) {
        child.parent = this.#snapshots.get(name)?.parent ?? parent;
        child.size += size;
      }
      this.#snapshots.delete(name);
    }
    return gone.map(({ name }) => name);
  }
}
