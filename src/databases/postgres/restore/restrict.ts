/** By major version, the first minor one whose psql knows `\restrict` (CVE-2025-8714); all from 18 on do. */
const firstMinor = new Map([
  [13, 22],
  [14, 19],
  [15, 14],
  [16, 10],
  [17, 6],
]);

/** Whether a psql of this version knows `\restrict`. */
export function knowsRestrict(version: string): boolean {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined) return false;
  return Number(major) >= 18 || Number(minor ?? -1) >= (firstMinor.get(Number(major)) ?? Infinity);
}
