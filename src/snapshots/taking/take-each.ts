import type { Context } from '../../context.ts';
import type { MethodOptions, SnapshotMethod, SnapshotRequest, StepRunner } from '../snapshot-method.ts';
import type { AwaitedKind, StoredKind } from './awaited-kind.ts';
import { waitUntilCut } from './wait-until-cut.ts';
import { changeMark } from '../change-mark.ts';
import { label } from '../labels.ts';
import { unfinishedMark, type Unfinished } from '../unfinished.ts';
import { requireSameMoment } from './same-moment.ts';

/** A kind of which a backup takes each snapshot for itself. */
export interface TakenKind extends StoredKind {
  create(request: SnapshotRequest, context: Context): Promise<unknown>;
}

/**
 * Each for itself. They are to be of one moment where there are several, or where the app is brought to rest for them: then
 * they say that they are unfinished until they are. Of several that are waited for, one alone is not a backup: they also say
 * it until all are ready.
 */
export function takeEach(
  kind: TakenKind,
  requests: readonly SnapshotRequest[],
  options: Pick<MethodOptions, 'isAtRest' | 'isAwaited'>,
): SnapshotMethod {
  const isSameMoment = options.isAtRest || requests.length > 1;
  const of = requests.length;
  const whenCut = stageWhenCut(of, options);
  const change = async (mark: Unfinished | undefined, context: Context): Promise<void> => {
    requireAll(
      await Promise.allSettled(
        requests.map((request) => changeMark(request, mark, { ...context, snapshots: kind.store })),
      ),
    );
  };
  const marked = isSameMoment
    ? requests.map((request) => withMark(request, { stage: 'uncut', of }))
    : requests;
  return {
    isSameMoment,
    undo: isSameMoment ? { snapshots: requests.map(({ name }) => name) } : {},
    create: (steps, context) => createSnapshots(kind, marked, steps, context),
    waitUntilCut: (timeout, since, context) => waitUntilAllCut(kind, requests, timeout, since, context),
    async finish(steps, context) {
      const doing = `Noting that the snapshots of ${of} volumes are cut`;
      if (isSameMoment) await steps.run('finish', 'snapshot', doing, () => change(whenCut, context));
      return requests;
    },
    complete: async (context) => (whenCut ? change(undefined, context) : undefined),
  };
}

/** What snapshots say that are cut; nothing where they are a backup already. */
export function stageWhenCut(
  of: number,
  { isAwaited }: Pick<MethodOptions, 'isAwaited'>,
): Unfinished | undefined {
  return isAwaited && of > 1 ? { stage: 'unready', of } : undefined;
}

export function withMark(request: SnapshotRequest, mark: Unfinished | undefined): SnapshotRequest {
  if (!mark) return request;
  return { ...request, labels: { ...request.labels, [label.unfinished]: unfinishedMark(mark) } };
}

/** Creates all snapshots at once. Throws the first failure when all have an answer. */
async function createSnapshots(
  kind: TakenKind,
  requests: readonly SnapshotRequest[],
  steps: StepRunner,
  context: Context,
): Promise<void> {
  const [{ namespace, name }] = requests as [SnapshotRequest];
  const others = requests.length > 1 ? ` and ${requests.length - 1} more` : '';
  const doing = `Creating ${kind.kind} '${name}'${others} in namespace '${namespace}'`;
  await steps.run('snapshot', 'snapshot', doing, async () => {
    requireAll(await Promise.allSettled(requests.map((request) => kind.create(request, context))));
  });
  for (const { pvc, name: snapshot } of requests) {
    context.log.info({ namespace, pvc, snapshot }, 'created the snapshot');
  }
}

/** Waits until the storage has cut them all, and demands that it did so while the app was at rest. */
export async function waitUntilAllCut(
  kind: AwaitedKind,
  requests: readonly SnapshotRequest[],
  timeoutMilliseconds: number,
  since: number,
  context: Context,
): Promise<void> {
  const cut = requireAll(
    await Promise.allSettled(
      requests.map((request) => waitUntilCut(kind, request, timeoutMilliseconds, context)),
    ),
  );
  requireSameMoment(cut, context.clock.monotonic() - since);
}

/** Throws the first failure, once all have an answer. */
export function requireAll<T>(settled: readonly PromiseSettledResult<T>[]): T[] {
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
