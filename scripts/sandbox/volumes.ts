import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFolder, type EarlierCopy } from './copy-folder.ts';

/** Folders that stand for volumes and for snapshots of them. */
export class Volumes {
  /** Under which they all lie. */
  readonly folder: string;
  /** The latest snapshot of each volume. */
  readonly #latest = new Map<string, EarlierCopy>();
  /** What happens at a folder, one after the other. */
  readonly #queues = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The volume of a claim; known before the claim is there, so that a pod can be told where to find it. */
  ofClaim(namespace: string, claim: string): string {
    return join(this.folder, 'volumes', namespace, claim);
  }

  ofSnapshot(handle: string): string {
    return join(this.folder, 'snapshots', handle);
  }

  /** A new folder, empty or with the content of another one; what was left in its place is gone. */
  provision(folder: string, source?: string): Promise<void> {
    return this.#inTurn(folder, async () => {
      await this.#clear(folder);
      if (source === undefined) await mkdir(folder);
      else await copyFolder(source, folder);
    });
  }

  /** A copy of the volume in this folder, as it is now. */
  snapshot(handle: string, volume: string): Promise<void> {
    const folder = this.ofSnapshot(handle);
    return this.#inTurn(folder, async () => {
      await this.#clear(folder);
      const begunAt = new Date();
      await copyFolder(volume, folder, this.#latest.get(volume));
      this.#latest.set(volume, { folder, begunAt });
    });
  }

  remove(folder: string): Promise<void> {
    return this.#inTurn(folder, () => rm(folder, { recursive: true, force: true }));
  }

  async #clear(folder: string): Promise<void> {
    this.#latest.delete(folder);
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
  }

  #inTurn(folder: string, action: () => Promise<void>): Promise<void> {
    const turn = (this.#queues.get(folder) ?? Promise.resolve()).then(action);
    const settled = turn.catch(() => {});
    this.#queues.set(folder, settled);
    void settled.then(() => this.#queues.get(folder) === settled && this.#queues.delete(folder));
    return turn;
  }
}
