import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What Longhorn's backup store cuts a volume into; a block is addressed by the digest of its content. */
const blockBytes = 2 * 1024 * 1024;

/** What lies at the target beside the blocks of a backup. */
export interface StoredBackup {
  readonly name: string;
  readonly volume: string;
  readonly volumeSize: string;
  readonly snapshotName: string;
  /** RFC 3339 */
  readonly snapshotCreatedAt: string;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes of its blocks. */
  readonly size: number;
  readonly entries: readonly StoredEntry[];
}

interface StoredEntry {
  readonly path: string;
  readonly mode: number;
  /** Of a file; absent for a folder. */
  readonly blocks?: readonly string[];
  readonly link?: string;
}

type Facts = Omit<StoredBackup, 'size' | 'entries'>;

/**
 * A folder that stands for a backup target: what lies there outlives the cluster. A volume is its files here, not a disk, and
 * each of them is cut into blocks; what the volume's other backups have already is not moved again.
 */
export class BackupStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, 'volumes'), { recursive: true });
  }

  volumes(): string[] {
    return readdirSync(join(this.folder, 'volumes'));
  }

  backupsOf(volume: string): StoredBackup[] {
    const folder = join(this.#of(volume), 'backups');
    if (!existsSync(folder)) return [];
    return readdirSync(folder).map(
      (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as StoredBackup,
    );
  }

  find(volume: string, name: string): StoredBackup | undefined {
    return this.backupsOf(volume).find((one) => one.name === name);
  }

  /** Stores what is in the folder; a full backup moves all of it again. Gives the bytes that it has moved. */
  put(
    facts: Facts,
    content: string,
    isFull: boolean,
  ): { readonly backup: StoredBackup; readonly moved: number } {
    let size = 0;
    let moved = 0;
    const store = (path: string): string[] => {
      const bytes = readFileSync(path);
      const digests: string[] = [];
      for (let at = 0; at < bytes.length; at += blockBytes) {
        const block = bytes.subarray(at, at + blockBytes);
        const digest = createHash('sha512').update(block).digest('hex').slice(0, 64);
        const file = join(this.#of(facts.volume), 'blocks', digest);
        size += block.length;
        if (isFull || !existsSync(file)) {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, block);
          moved += block.length;
        }
        digests.push(digest);
      }
      return digests;
    };
    const entries = entriesIn(content).map((path): StoredEntry => {
      const from = join(content, path);
      const found = lstatSync(from);
      if (found.isSymbolicLink()) return { path, mode: found.mode, link: readlinkSync(from) };
      return { path, mode: found.mode, ...(found.isFile() && { blocks: store(from) }) };
    });
    const backup = { ...facts, size, entries };
    const file = this.#fileOf(facts.volume, facts.name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(backup));
    return { backup, moved };
  }

  /** Removes a backup, and the blocks that no other one of its volume has. */
  remove(volume: string, name: string): void {
    rmSync(this.#fileOf(volume, name), { force: true });
    const left = this.backupsOf(volume);
    if (left.length === 0) return rmSync(this.#of(volume), { recursive: true, force: true });
    const used = new Set(left.flatMap(({ entries }) => entries.flatMap(({ blocks = [] }) => blocks)));
    const blocks = join(this.#of(volume), 'blocks');
    for (const digest of existsSync(blocks) ? readdirSync(blocks) : [])
      if (!used.has(digest)) rmSync(join(blocks, digest));
  }

  /** Writes the content of a backup into a folder, which must be empty. */
  restore({ volume, entries }: StoredBackup, folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const { path, mode, blocks, link } of entries) {
      const to = join(folder, path);
      if (link !== undefined) symlinkSync(link, to);
      else if (blocks === undefined) mkdirSync(to, { recursive: true });
      else
        writeFileSync(
          to,
          Buffer.concat(blocks.map((one) => readFileSync(join(this.#of(volume), 'blocks', one)))),
        );
      if (link === undefined) chmodSync(to, mode & 0o7777);
    }
  }

  /** Of all blocks of a volume, or of all volumes. */
  bytes(volume?: string): number {
    const folders = (volume === undefined ? this.volumes() : [volume]).map((one) =>
      join(this.#of(one), 'blocks'),
    );
    const files = folders.flatMap((folder) =>
      existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [],
    );
    return files.reduce((sum, file) => sum + lstatSync(file).size, 0);
  }

  #of(volume: string): string {
    return join(this.folder, 'volumes', volume);
  }

  #fileOf(volume: string, name: string): string {
    return join(this.#of(volume), 'backups', `${name}.json`);
  }
}

/** Relative paths, folders before what is in them. */
function entriesIn(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return [path, ...entriesIn(folder, path)];
    return entry.isFile() || entry.isSymbolicLink() ? [path] : [];
  });
}
