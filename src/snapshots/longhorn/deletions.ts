import type { Context } from '../../context.ts';
import { retryOnConflict } from '../../kube/retry-on-conflict.ts';
import type { ManagedSnapshot } from '../managed.ts';
import type { Deleted, Deletions, RequireWanted } from '../provider.ts';
import { isBehindHead, storedIn, waitsForNext } from './longhorn-snapshot.ts';
import { longhornNamespace, longhornSnapshots } from './resources.ts';

/** Deleting the object is all: the engine takes out the data, and what a child needs of it is the child's from then on. */
export function deletions(context: Context): Deletions {
  return {
    async deleteTogether(unit, isWanted) {
      const all: Deleted[] = [];
      for (const one of unit) all.push(await deleteSnapshot(one, isWanted, context));
      const notes = all.flatMap(({ note }) => note ?? []);
      return {
        wasThere: all.some(({ wasThere }) => wasThere),
        ...(notes[0] !== undefined && { note: notes[0] }),
      };
    },
    isGroupGone: () => Promise.resolve(false),
    findUnfinished: () =>
      Promise.resolve({
        finishNext: () => Promise.resolve(false),
        end: () => ({ failed: [], skipped: [] }),
      }),
  };
}

async function deleteSnapshot(
  snapshot: ManagedSnapshot,
  isWanted: RequireWanted,
  { kube, signal }: Context,
): Promise<Deleted> {
  const { namespace, name, uid } = snapshot;
  const key = { namespace: longhornNamespace, name };
  let hasTried = false;
  let isLast = false;
  const wasThere = await retryOnConflict(async () => {
    const present = await kube.find(longhornSnapshots, key, { signal });
    const stored = present && !waitsForNext(present) ? storedIn(present, namespace) : undefined;
    // After an attempt whose answer was lost it is that one which has deleted it.
    if (!present || !stored || stored.metadata.uid !== uid) return hasTried;
    if (stored.metadata.deletionTimestamp !== undefined) return hasTried;
    await isWanted(snapshot, stored);
    isLast = isBehindHead(present);
    hasTried = true;
    const { resourceVersion } = present.metadata;
    await kube.delete(longhornSnapshots, key, { uid, resourceVersion, signal });
    return true;
  });
  if (!wasThere || !isLast) return { wasThere };
  return {
    wasThere,
    note: 'its data goes with the next snapshot of its volume, as Longhorn merges nothing into what is written to',
  };
}
