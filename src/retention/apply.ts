import type { Context } from '../context.ts';
import { messageOf } from '../errors.ts';
import { hasStatus } from '../kube/error.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import { label } from '../snapshots/labels.ts';
import { patchOf, type LabelChange } from './changes.ts';

/** Why a change was not made; the next run looks at the snapshot anew. */
export interface FailedChange {
  readonly namespace: string;
  readonly name: string;
  readonly error: string;
}

/** An API server answers more of them at a time no faster. */
const workers = 4;

/**
 * Makes the changes, in no particular order; one that fails does not stop the others. Resolves with those that failed;
 * rejects only with the signal's reason.
 */
export async function applyChanges(
  changes: readonly LabelChange[],
  context: Context,
): Promise<FailedChange[]> {
  const failed: FailedChange[] = [];
  const queue = changes.values();
  const work = async (): Promise<void> => {
    for (const change of queue) {
      const error = await apply(change, context);
      const { namespace, name } = change.snapshot;
      if (error !== undefined) failed.push({ namespace, name, error });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return failed;
}

/** What went wrong, in words; undefined when the labels are gone, or the snapshot is. */
async function apply(change: LabelChange, context: Context): Promise<string | undefined> {
  const { kube, signal, log } = context;
  const { namespace, name } = change.snapshot;
  const taken = change.taken.map(({ bucket }) => bucket).join(', ');
  try {
    await kube.patch(volumeSnapshots, { namespace, name }, patchOf(change), { signal });
    log.info({ namespace, snapshot: name, taken, reason: reasonsOf(change) }, 'took labels off');
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (hasStatus(error, 404)) return undefined;
    if (hasStatus(error, 409) && (await isDone(change, context))) return undefined;
    log.error({ namespace, snapshot: name, taken, reason: messageOf(error) }, 'could not take labels off');
    return messageOf(error);
  }
}

/** After a conflict: a patch whose answer was lost, and that was sent again, conflicts with itself. */
async function isDone({ snapshot, taken }: LabelChange, { kube, signal }: Context): Promise<boolean> {
  const { namespace, name, uid } = snapshot;
  try {
    const found = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    if (found?.metadata.uid !== uid) return true;
    return taken.every(({ tier }) => found.metadata.labels?.[label[tier]] === undefined);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function reasonsOf({ taken }: LabelChange): string {
  return [...new Set(taken.map(({ reason }) => reason))].join('; ');
}
