import type { ManagedSnapshot } from './managed.ts';

/** The order of snapshots; of the same second, by name, so that every run and every command sees the same one. */
export function newestFirst(one: ManagedSnapshot, other: ManagedSnapshot): number {
  return other.createdAt - one.createdAt || (one.name < other.name ? 1 : -1);
}
