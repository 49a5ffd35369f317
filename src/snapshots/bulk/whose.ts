import type { SnapshotName } from './in-parallel.ts';

/** How many namespaces a sentence names. */
const named = 5;

/** How many there are in each namespace. */
export function countsOf(items: readonly Pick<SnapshotName, 'namespace'>[]): Record<string, number> {
  const groups = [...Map.groupBy(items, ({ namespace }) => namespace)];
  return Object.fromEntries(groups.map(([namespace, own]) => [namespace, own.length]));
}

/** `aaa (1000), shop (2) and 3 other namespaces`, those with the most first. */
export function whose(items: readonly Pick<SnapshotName, 'namespace'>[]): string {
  const all = Object.entries(countsOf(items)).toSorted(([, one], [, other]) => other - one);
  const words = all.slice(0, named).map(([namespace, count]) => `${namespace} (${count})`);
  const others = all.length - words.length;
  const rest = others === 0 ? '' : ` and ${others} other namespace${others === 1 ? '' : 's'}`;
  return `${words.join(', ')}${rest}`;
}

/** `2 snapshots could not be changed, and 1 namespace could not be read`: of several counts those that are not 0. */
export function whatFailed(...counts: readonly (readonly [number, string, string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, noun, what]) => `${count} ${noun}${count === 1 ? '' : 's'} could not be ${what}`)
    .join(', and ');
}
