import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes all but the newest `count` archives `<prefix><key>.tar`; someone who is reading an older one can finish. */
export async function keepNewest(folder: string, prefix: string, count: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => isArchive(name, prefix));
  const files = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = files.toSorted((a, b) => b.time - a.time).slice(count);
  for (const { name } of old) await rm(join(folder, name), { force: true });
}

function isArchive(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^[0-9a-f]{12}\.tar$/.test(name.slice(prefix.length));
}
