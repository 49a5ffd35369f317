import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import type { Random } from '../system.ts';
import type { Slot } from './lock-method.ts';

/**
 * Who holds a slot stands beside its lock, in `<n>.holder`, for whoever waits. It is only a hint: jobs that share the
 * slots may write none, a killed one leaves its own behind, and neither a full disk nor a foreign file stops a backup.
 */
function holderPath({ path }: Slot): string {
  return path.replace(/\.lock$/, '.holder');
}

/** Whole or not at all. */
export async function writeHolder(slot: Slot, holder: string, random: Random): Promise<void> {
  const path = holderPath(slot);
  const draft = `${path}.${random.id(12)}`;
  try {
    await writeFile(draft, `${holder}\n`, { flag: 'wx', mode: 0o644 });
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true }).catch(() => {});
  }
}

/** Takes it away, provided that it is still this one. */
export async function removeHolder(slot: Slot, holder: string): Promise<void> {
  if ((await readHolder(slot)) !== oneLine(holder)) return;
  await rm(holderPath(slot), { force: true }).catch(() => {});
}

/** On one line; undefined when there is nothing that can be read. Whatever lies there, it is opened without waiting. */
export async function readHolder(slot: Slot): Promise<string | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    await using file = await open(holderPath(slot), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(800), 0, 800, 0);
    return oneLine(buffer.toString('utf8', 0, bytesRead)) || undefined;
  } catch {
    return undefined;
  }
}

/** `1: 'shop/backup since …'` for each slot of which it is known. */
export async function holdersOf(slots: readonly Slot[]): Promise<Record<number, string>> {
  const ordered = slots.toSorted((one, other) => one.number - other.number);
  const holders = await Promise.all(
    ordered.map(async (slot) => [slot.number, await readHolder(slot)] as const),
  );
  return Object.fromEntries(holders.flatMap(([number, holder]) => (holder ? [[number, holder]] : [])));
}

function oneLine(text: string): string {
  return text
    .slice(0, 200)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
}
