import { UserError } from '../../core/errors.ts';
import type { StoredSnapshot } from '../stored.ts';

/** A storage that counts in whole seconds. */
const roundingMilliseconds = 1000;

/**
 * Demands that the snapshots were cut within the `milliseconds` in which the app was at rest, by their own creation times:
 * each is of the storage's clock, which may differ from ours, so only the time between them tells.
 * Throws UserError 'snapshot'.
 */
export function requireSameMoment(snapshots: readonly StoredSnapshot[], milliseconds: number): void {
  const times = snapshots.map(({ cutAt }) => Date.parse(cutAt ?? '')).filter((time) => !Number.isNaN(time));
  const apart = Math.max(...times) - Math.min(...times);
  if (times.length < 2 || apart <= milliseconds + roundingMilliseconds) return;
  const names = snapshots.map(({ metadata }) => `'${metadata.name}'`).join(' and ');
  throw new UserError(
    'snapshot',
    `${snapshots[0]?.words.kind}s ${names} in namespace '${snapshots[0]?.metadata.namespace}' say that they were cut ${apart / 1000} s apart, longer than the app was at rest; see whether the storage's clocks agree`,
  );
}
