import type { Context } from '../context.ts';
import type { CreateSettings } from '../settings/create.ts';
import type { SnapshotRequest } from '../snapshots/csi.ts';
import { waitUntilReady } from '../snapshots/wait-until-ready.ts';
import type { SnapshotResult } from './result.ts';
import type { Steps } from './steps.ts';
import { discardSnapshots } from './discard.ts';

/** Waits until all snapshots are ready, if it is to. When one is not in time, none of them is a backup. */
export async function waitUntilAllReady(
  requests: readonly SnapshotRequest[],
  { waitUntilReady: isToWait, readyTimeoutMilliseconds }: CreateSettings['snapshot'],
  steps: Steps,
  context: Context,
): Promise<SnapshotResult[]> {
  const results = requests.map(({ name, pvc, className, group, labels }) => ({
    name,
    pvc,
    className,
    ...(group !== undefined && { group }),
    labels,
  }));
  if (!isToWait) return results.map((result) => ({ ...result, ready: false }));
  const [{ namespace, name }] = requests as [SnapshotRequest];
  await steps.run(
    'ready',
    'snapshot',
    `Waiting for VolumeSnapshot '${name}' in namespace '${namespace}'`,
    () => waitForAll(requests, readyTimeoutMilliseconds, context),
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
  context: Context,
): Promise<void> {
  const ends = await Promise.allSettled(
    requests.map((request) => waitUntilReady(request, timeoutMilliseconds, context)),
  );
  const failed = requests.filter((_, index) => ends[index]?.status === 'rejected');
  const [first] = failed;
  if (!first) return;
  context.signal.throwIfAborted();
  const others = requests.filter((request) => !failed.includes(request)).map(({ name }) => name);
  const reason = `VolumeSnapshot '${first.name}' of the same backup failed`;
  const problems = await discardSnapshots(first.namespace, others, reason, context);
  for (const problem of problems) context.log.error(problem);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
