import { createHash } from 'node:crypto';
import { timestamp } from './buckets.ts';

/** Of a Kubernetes object's name (RFC 1123 subdomain). */
const maximumLength = 253;

/** What all snapshots of one backup share: `YYYY-MM-DD-HHMMSS-<random>`, in the time zone. */
export function backupId(now: Date, timeZone: string, random: string): string {
  return `${timestamp(now, timeZone)}-${random}`;
}

/** `<pvc>-<backup id>`; a PVC's name that is too long for that is cut, and ends with a digest of the whole. */
export function snapshotName(pvc: string, now: Date, timeZone: string, random: string): string {
  const suffix = `-${backupId(now, timeZone, random)}`;
  const length = maximumLength - suffix.length;
  if (pvc.length <= length) return `${pvc}${suffix}`;
  const digest = createHash('sha256').update(pvc).digest('hex').slice(0, 8);
  return `${pvc.slice(0, length - 9).replace(/(?<![.-])[.-]+$/, '')}-${digest}${suffix}`;
}
