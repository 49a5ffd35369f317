import type { CreateSettings } from './settings/create.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { SnapshotRequest } from '../snapshots/snapshot-method.ts';
import { named } from '../snapshots/stored.ts';
import type { SnapshotResult } from './result.ts';
import type { Steps } from './steps.ts';
import { settleBackup } from './settle-unfinished.ts';
import { label } from '../snapshots/labels.ts';

/** Waits until all snapshots are ready, if it is to. When one is not in time, none of them is a backup. */
export async function waitUntilAllReady(
  requests: readonly SnapshotRequest[],
  { waitUntilReady: isToWait, readyTimeoutMilliseconds }: CreateSettings['snapshot'],
  steps: Steps,
  context: SnapshotContext,
): Promise<SnapshotResult[]> {
  const results = requests.map(({ name, pvc, className, group, labels }) => ({
    name,
    pvc,
    className,
    ...(group !== undefined && { group }),
    labels,
  }));
  if (!isToWait) return results.map((result) => ({ ...result, ready: false }));
  const [first] = requests as [SnapshotRequest];
  const { namespace } = first;
  await steps.run('ready', 'snapshot', `Waiting for ${named(context.snapshots.words, first)}`, () =>
    waitForAll(requests, readyTimeoutMilliseconds, context),
  );
  for (const { pvc, name: snapshot } of requests) {
    context.log.info(
      { namespace, pvc, snapshot, milliseconds: steps.took('ready') },
      'the snapshot is ready',
    );
  }
  return results.map((result) => ({ ...result, ready: true }));
}

async function waitForAll(
  requests: readonly SnapshotRequest[],
  timeoutMilliseconds: number,
  context: SnapshotContext,
): Promise<void> {
  const ends = await Promise.allSettled(
    requests.map((request) => context.snapshots.waitUntilReady(request, timeoutMilliseconds, context)),
  );
  const first = requests.find((_, index) => ends[index]?.status === 'rejected');
  if (!first) return;
  context.signal.throwIfAborted();
  if (requests.length > 1) await discardOthers(first, context);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function discardOthers(
  { namespace, name, labels }: SnapshotRequest,
  context: SnapshotContext,
): Promise<void> {
  const reason = `${context.snapshots.words.kind} '${name}' of the same backup failed`;
  const problems = await settleBackup(labels[label.backup] ?? '', { namespace, reason }, context);
  for (const problem of problems) context.log.error(problem);
}
