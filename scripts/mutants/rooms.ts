import { globSync, statSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

interface Room {
  readonly files: readonly string[];
  /** Of another room, or of nothing that could lose data. */
  readonly except?: readonly string[];
}

/** The rooms whose mistakes lose data: globs of their files, from the root of the checkout. */
const rooms: Readonly<Record<string, Room>> = {
  retention: { files: ['src/retention/**/*.ts'], except: ['src/retention/simulation/**'] },
  snapshots: { files: ['src/snapshots/**/*.ts'] },
  orphans: { files: ['src/orphans/**/*.ts'] },
  locks: { files: ['src/locks/**/*.ts'] },
  quiesce: { files: ['src/backup/quiesce/**/*.ts'] },
  backup: { files: ['src/backup/**/*.ts'], except: ['src/backup/quiesce/**'] },
  databases: { files: ['src/databases/**/*.ts'] },
  restore: { files: ['src/restore/**/*.ts'] },
};

export const roomNames = Object.keys(rooms);

/** The files of a room, sorted; instead of the name of a room, the path of a file or a folder of `src` will do. */
export function filesOf(room: string): readonly string[] {
  const { files, except = [] } = rooms[room] ?? { files: patternsOf(room) };
  const found = globSync([...files], { cwd: root }).filter(
    (file) => !except.some((pattern) => matchesGlob(file, pattern)),
  );
  if (found.length === 0) throw new Error(`'${room}' has no source files`);
  return found.sort();
}

function patternsOf(path: string): readonly string[] {
  const entry = path.startsWith('src/') && statSync(join(root, path), { throwIfNoEntry: false });
  if (!entry)
    throw new Error(
      `'${path}' is neither a room nor a file or folder of src/; the rooms are ${roomNames.join(', ')}`,
    );
  return [entry.isDirectory() ? `${path.replace(/\/$/, '')}/**/*.ts` : path];
}
