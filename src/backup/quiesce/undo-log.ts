import { quoted } from '../../core/quoted.ts';
import { UserError } from '../../core/errors.ts';
import { labelName, objectName } from '../../settings/kubernetes-formats.ts';
import type { Format } from '../../settings/setting.ts';

/** What a backup has done to the app, or is about to do, and undoes before it ends. */
export interface Undoable {
  /** Names of the hooks whose `before` has begun. */
  readonly hooks: readonly string[];
  /** PVCs whose filesystem is frozen. */
  readonly frozen: readonly string[];
  /** Snapshots of a backup that is not finished. They are told by what they say of themselves: this is for people alone. */
  readonly snapshots: readonly string[];
  /** Groups of snapshots whose members have not all got their labels yet; only one that says so itself is discarded. */
  readonly groups: readonly string[];
}

/** Where a text outlives the run: a note on the namespace's lease. */
export interface Notebook {
  readonly note: string | undefined;
  /** Only what the next run needs has to outlive what the lease belongs to. */
  setNote(note: string | undefined, isNeeded: boolean): Promise<void>;
}

const nothing: Undoable = { hooks: [], frozen: [], snapshots: [], groups: [] };

/** Far more than any backup writes; who may edit the lease may have written anything. */
const maximumLength = 200_000;
const maximumNames = 1000;

/** Written down before it is done, so that the next run finds and undoes what a killed one has left. */
export class UndoLog {
  readonly #notebook: Notebook;
  #current: Undoable;
  /** PVCs that a backup of others has frozen: they stay in the note for that. */
  #frozenByOthers: readonly string[] = [];

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

  /** Leaves PVCs to the backup that they are of: they stay written down, whatever is changed. */
  leaveFrozen(pvcs: readonly string[]): void {
    this.#frozenByOthers = pvcs;
    this.#current = { ...this.#current, frozen: this.#current.frozen.filter((pvc) => !pvcs.includes(pvc)) };
  }

  async change(change: Partial<Undoable>): Promise<void> {
    const next = { ...this.#current, ...change };
    const isSame = JSON.stringify(next) === JSON.stringify(this.#current);
    if (isSame) return;
    this.#current = next;
    const written = { ...next, frozen: [...this.#frozenByOthers, ...next.frozen] };
    const isNothing = this.isEmpty && written.frozen.length === 0;
    const isNeeded = [written.hooks, written.frozen, written.groups].some((names) => names.length > 0);
    await this.#notebook.setNote(isNothing ? undefined : JSON.stringify(written), isNeeded);
  }
}

/** Whether a note tells of an app or a filesystem at rest; one that cannot be read may. */
export function leavesAtRest(note: string): boolean {
  const read = note.length <= maximumLength ? readNote(note) : undefined;
  return read === undefined || read.hooks.length > 0 || read.frozen.length > 0;
}

function parse(note: string): Undoable {
  const read = note.length <= maximumLength ? readNote(note) : undefined;
  if (read) return read;
  throw new UserError(
    'preflight',
    `What an earlier backup has left to undo cannot be read (${quoted(note)}); see that the app is awake and its filesystems are not frozen, and take the annotation backup-ns.sh/quiesced off Lease 'backup-ns'`,
  );
}

function readNote(note: string): Undoable | undefined {
  try {
    // A version without groups has left nothing of them.
    const { hooks, frozen, snapshots, groups = [] } = JSON.parse(note) as Record<string, unknown>;
    const isReadable =
      areNames(hooks, hookName) && [frozen, snapshots, groups].every((names) => areNames(names, anyName));
    return isReadable ? ({ hooks, frozen, snapshots, groups } as Undoable) : undefined;
  } catch {
    return undefined;
  }
}

const hookName = labelName('a hook');
const anyName = objectName('an object');

function areNames(value: unknown, format: Format<string>): boolean {
  return (
    Array.isArray(value) &&
    value.length <= maximumNames &&
    value.every((name) => typeof name === 'string' && 'value' in format.parse(name))
  );
}
