import type { SnapshotContext } from '../../snapshots/provider.ts';
import { annotation, label } from '../../snapshots/labels.ts';
import { inParallel, type Undone } from '../../snapshots/bulk/in-parallel.ts';
import { patchLabels } from '../../snapshots/bulk/patch-labels.ts';
import type { RetentionDecision } from './plan.ts';
import { traceText, type Trace } from './retained-by.ts';

export interface Way {
  /** In which the snapshots were read. */
  readonly timeZone: string;
  /** What is written on each of them. */
  readonly trace: Trace;
}

/** Takes the labels off, with one request for each snapshot however many they are. Resolves with what was not done. */
export function applyChanges(
  changes: readonly RetentionDecision[],
  { timeZone, trace }: Way,
  context: SnapshotContext,
): Promise<Undone> {
  return inParallel(
    changes,
    'take labels off',
    (change) => apply(change, { timeZone, trace }, context),
    context,
  );
}

async function apply(
  { snapshot, tiers }: RetentionDecision,
  { timeZone, trace }: Way,
  context: SnapshotContext,
): Promise<void> {
  const taken = tiers.filter(({ keep }) => !keep);
  const annotations = { [annotation.retainedBy]: traceText(trace) };
  const labels = Object.fromEntries(taken.map(({ tier }) => [label[tier], null]));
  await patchLabels(snapshot, { labels, annotations }, timeZone, context);
  const { namespace, name } = snapshot;
  const buckets = taken.map(({ bucket }) => bucket).join(', ');
  const reason = [...new Set(taken.map((one) => one.reason))].join('; ');
  context.log.info({ namespace, snapshot: name, taken: buckets, reason }, 'took labels off');
}
