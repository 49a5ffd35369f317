import { timestamp } from './buckets.ts';

/** Of a Kubernetes object's name (RFC 1123 subdomain). */
const maximumLength = 253;

/** `<pvc>-YYYY-MM-DD-HHMMSS-<random>`; a long PVC name is cut so that the whole is a valid name. */
export function snapshotName(pvc: string, now: Date, timeZone: string, random: string): string {
  const suffix = `-${timestamp(now, timeZone)}-${random}`;
  const stem = pvc.slice(0, maximumLength - suffix.length).replace(/[.-]+$/, '');
  return `${stem}${suffix}`;
}
