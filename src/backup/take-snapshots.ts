import type { Context } from '../context.ts';
import { createVolumeSnapshot, type SnapshotRequest } from '../snapshots/csi.ts';
import { waitUntilCut } from '../snapshots/wait-until-cut.ts';
import { demandOneMoment } from './one-moment.ts';
import type { Steps } from './steps.ts';
import type { Taking } from './taking.ts';

/** Each for itself. They are to be of one moment where there are several, or where the app is brought to rest for them. */
export function takeEach(requests: readonly SnapshotRequest[], isAtRest: boolean): Taking {
  const isOneMoment = isAtRest || requests.length > 1;
  return {
    isOneMoment,
    undo: isOneMoment ? { snapshots: requests.map(({ name }) => name) } : {},
    create: (steps, context) => createSnapshots(requests, steps, context),
    waitUntilCut: (timeout, since, context) => waitUntilAllCut(requests, timeout, since, context),
    finish: () => Promise.resolve(requests),
  };
}

/** Creates all snapshots at once. Throws the first failure when all have an answer. */
async function createSnapshots(
  requests: readonly SnapshotRequest[],
  steps: Steps,
  context: Context,
): Promise<void> {
  const [{ namespace, name }] = requests as [SnapshotRequest];
  const others = requests.length > 1 ? ` and ${requests.length - 1} more` : '';
  const doing = `Creating VolumeSnapshot '${name}'${others} in namespace '${namespace}'`;
  await steps.run('snapshot', 'snapshot', doing, async () => {
    demandAll(await Promise.allSettled(requests.map((request) => createVolumeSnapshot(request, context))));
  });
  for (const { pvc, name: snapshot } of requests) {
    context.log.info({ namespace, pvc, snapshot }, 'created the snapshot');
  }
}

/** Waits until the storage has cut them all, and demands that it did so while the app was at rest. */
export async function waitUntilAllCut(
  requests: readonly SnapshotRequest[],
  timeoutMilliseconds: number,
  since: number,
  context: Context,
): Promise<void> {
  const cut = demandAll(
    await Promise.allSettled(requests.map((request) => waitUntilCut(request, timeoutMilliseconds, context))),
  );
  demandOneMoment(cut, context.clock.monotonic() - since);
}

function demandAll<T>(settled: readonly PromiseSettledResult<T>[]): T[] {
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
