import { constants } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Folders that stand for volumes and for snapshots of them. */
export class Volumes {
  readonly #root: string;
  /** What happens at a folder, one after the other. */
  readonly #queues = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The volume of a claim; known before the claim is there, so that a pod can be told where to find it. */
  ofClaim(namespace: string, claim: string): string {
    return join(this.#root, 'volumes', namespace, claim);
  }

  ofSnapshot(handle: string): string {
    return join(this.#root, 'snapshots', handle);
  }

  /** A new folder, empty or with the content of another one; what was left in its place is gone. */
  provision(folder: string, source?: string): Promise<void> {
    return this.#inTurn(folder, async () => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(dirname(folder), { recursive: true });
      if (source === undefined) await mkdir(folder);
      else await copy(source, folder);
    });
  }

  remove(folder: string): Promise<void> {
    return this.#inTurn(folder, () => rm(folder, { recursive: true, force: true }));
  }

  #inTurn(folder: string, action: () => Promise<void>): Promise<void> {
    const turn = (this.#queues.get(folder) ?? Promise.resolve()).then(action);
    const settled = turn.catch(() => {});
    this.#queues.set(folder, settled);
    void settled.then(() => this.#queues.get(folder) === settled && this.#queues.delete(folder));
    return turn;
  }
}

/** Shares the blocks where the filesystem can. Files may come and go meanwhile, as they do under a database. */
async function copy(source: string, target: string): Promise<void> {
  const options = { recursive: true, mode: constants.COPYFILE_FICLONE, preserveTimestamps: true };
  for (let attempt = 1; ; attempt++) {
    try {
      return await cp(source, target, options);
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error;
    }
  }
}
