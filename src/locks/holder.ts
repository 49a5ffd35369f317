import { rename, rm, writeFile } from 'node:fs/promises';
import type { Random } from '../core/system.ts';
import type { Slot } from './lock-method.ts';
import { openSharedHandle } from './shared-file.ts';

/**
 * Who holds a slot stands beside its lock, in `<n>.holder`, for whoever waits. It is only a hint: jobs that share the
 * slots may write none, a killed one leaves its own behind, and neither a full disk nor a foreign file stops a backup.
 */
function holderPath({ path }: Slot): string {
  return path.replace(/\.lock$/, '.holder');
}

/** `shop/nightly-x7k2p since 2026-11-20T14:03:07.000Z`, on a line of its own: a namespace, a pod as its label has it, a time. */
const form =
  /^((?:[a-z0-9-]{1,63}\/(?:[A-Za-z0-9_.-]{1,63}|a run by hand)|somebody) since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n$/;

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
  if ((await readHolder(slot)) !== holder) return;
  await rm(holderPath(slot), { force: true }).catch(() => {});
}

/**
 * Undefined when there is nothing there, or anything but what `writeHolder` writes: it is shown to people and kept in logs,
 * where what somebody else has put or linked there has no place.
 */
export async function readHolder(slot: Slot): Promise<string | undefined> {
  try {
    await using file = await openSharedHandle(holderPath(slot));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(400), 0, 400, 0);
    return holderIn(buffer.toString('latin1', 0, bytesRead));
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

export function holderIn(text: string): string | undefined {
  return form.exec(text)?.[1];
}
