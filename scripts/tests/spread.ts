/** Set by the project `exhaustive` of vitest's configuration, and by nobody else. */
export const isExhaustive = process.env['EXHAUSTIVE'] === '1';

/** So many of them in their order: the first, the last, and others evenly between. */
export function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  const step = (all.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, index) => all[Math.round(index * step)] as T);
}
