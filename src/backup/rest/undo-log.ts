import { UserError } from '../../errors.ts';

/** What a backup has done to the app, or is about to do, and undoes before it ends. */
export interface Undoable {
  /** Names of the hooks whose `before` has begun. */
  readonly hooks: readonly string[];
  /** PVCs whose filesystem is frozen. */
  readonly frozen: readonly string[];
  /** VolumeSnapshots of which it is not proven yet that all were cut while the app was at rest. */
  readonly snapshots: readonly string[];
  /** VolumeGroupSnapshots whose members have not all got their labels yet. */
  readonly groups: readonly string[];
}

/** Where a text outlives the run: a note on the namespace's lease. */
export interface Notebook {
  readonly note: string | undefined;
  setNote(note: string | undefined): Promise<void>;
}

const nothing: Undoable = { hooks: [], frozen: [], snapshots: [], groups: [] };

/** Written down before it is done, so that the next run finds and undoes what a killed one has left. */
export class UndoLog {
  readonly #notebook: Notebook;
  #current: Undoable;

  /** Throws UserError 'preflight' when what is written down cannot be read. */
  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    this.#current = notebook.note === undefined ? nothing : parse(notebook.note);
  }

  get current(): Undoable {
    return this.#current;
  }

  get isEmpty(): boolean {
    return Object.values(this.#current).every((names: readonly string[]) => names.length === 0);
  }

  async change(change: Partial<Undoable>): Promise<void> {
    const next = { ...this.#current, ...change };
    const isSame = JSON.stringify(next) === JSON.stringify(this.#current);
    if (isSame) return;
    this.#current = next;
    await this.#notebook.setNote(this.isEmpty ? undefined : JSON.stringify(next));
  }
}

function parse(note: string): Undoable {
  try {
    // A version without groups has left nothing of them.
    const { hooks, frozen, snapshots, groups = [] } = JSON.parse(note) as Record<string, unknown>;
    if (isNames(hooks) && isNames(frozen) && isNames(snapshots) && isNames(groups)) {
      return { hooks, frozen, snapshots, groups };
    }
  } catch {
    // Said below.
  }
  throw new UserError(
    'preflight',
    `What an earlier backup has left to undo cannot be read ('${note.slice(0, 200)}'); see that the app is awake and its filesystems are not frozen, and take the annotation backup-ns.sh/quiesced off Lease 'backup-ns'`,
  );
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
