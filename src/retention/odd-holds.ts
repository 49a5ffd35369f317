import type { Context } from '../context.ts';
import { label } from '../snapshots/labels.ts';
import type { ManagedSnapshot } from '../snapshots/managed.ts';

/** One line for each namespace with holds that nobody understands: they hold, and may have been meant otherwise. */
export function sayOddHolds(snapshots: readonly ManagedSnapshot[], { log }: Context): void {
  const odd = snapshots.filter(({ hasOddHold }) => hasOddHold);
  for (const [namespace, own] of Map.groupBy(odd, (one) => one.namespace)) {
    const [{ name } = { name: '' }] = own;
    log.warn(
      { namespace, snapshot: name, count: own.length },
      `the label ${label.hold} says neither true nor false, so the snapshot is kept; set it to one of them`,
    );
  }
}
