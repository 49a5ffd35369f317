import { LeftAlone } from '../../core/errors.ts';
import { retryOnConflict } from '../../kube/retry-on-conflict.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import { singleContents, type AnyContent } from './content-kind.ts';
import { contentsOf } from './contents-of.ts';
import type { ManagedSnapshot } from '../managed.ts';
import type { StoredSnapshot } from '../stored.ts';
import type { DeletedData, DeletionContext } from './deletion.ts';
import { stored } from './volume-snapshot.ts';
import {
  forgetUndone,
  noteDeletion,
  removeRetained,
  retainedContent,
  type RetainedContent,
} from './retained-content.ts';

/**
 * Deletes a snapshot together with what it keeps in the storage. `requireWanted` looks at its present state and rejects
 * when the deletion is wanted no more. A content that is retained is deleted after it, as `removeRetained` has it. Throws
 * when somebody else has the data that would go, or a 409 when the snapshot is changed again and again.
 */
export async function deleteSnapshot(
  { namespace, name, uid }: ManagedSnapshot,
  requireWanted: (snapshot: StoredSnapshot) => Promise<void>,
  context: DeletionContext,
): Promise<DeletedData> {
  const { kube, signal } = context;
  const retained = new Map<string, RetainedContent>();
  let hasTried = false;
  const attempt = async (): Promise<boolean> => {
    const present = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    const isThere = present?.metadata.uid === uid;
    // After an attempt whose answer was lost it is that one which has deleted it.
    if (!isThere) return hasTried;
    if (present.metadata.deletionTimestamp !== undefined && !hasTried) return false;
    await requireWanted(stored(present));
    if (present.metadata.deletionTimestamp !== undefined) return true;
    for (const content of await contentsOf(present, context)) {
      const one = retainedContent(singleContents, content, uid);
      if (!one) await requireSole(content, context);
      else {
        await context.rights.require(one);
        // Rejects when nobody could tell, later on, whose data it is, too.
        await context.handles.othersOf(content);
        retained.set(one.name, one);
        await noteDeletion(one, content, context);
      }
    }
    hasTried = true;
    const { resourceVersion } = present.metadata;
    await kube.delete(volumeSnapshots, { namespace, name }, { uid, resourceVersion, signal });
    return true;
  };
  let wasThere: boolean;
  try {
    wasThere = await retryOnConflict(attempt);
  } catch (error) {
    await forgetUndone([...retained.values()], context);
    throw error;
  }
  const keptFor: string[] = [];
  const spared: string[] = [];
  for (const one of wasThere ? retained.values() : []) {
    const removal = await removeRetained(
      one,
      (content) => context.handles.othersOf(content),
      'Delete',
      context,
    );
    if (removal.is === 'spared') spared.push(one.name);
    if (removal.is !== 'shared') continue;
    keptFor.push(...removal.others);
    context.handles.leaves(one.kind.contents, one.name);
  }
  return { wasThere, keptFor, spared };
}

/** Rejects when the snapshot's deletion would take the data of others along, or nobody can tell. */
async function requireSole(content: AnyContent, { handles }: DeletionContext): Promise<void> {
  const [other] = await handles.othersOf(content);
  if (other === undefined) return;
  const { name } = content.metadata;
  throw new LeftAlone(
    `VolumeSnapshotContent '${other}' stands for the same snapshot of the storage as its '${name}', so its deletion would take the data of both; it is left as it is; let that data stay with: kubectl patch volumesnapshotcontent ${name} --type merge -p '{"spec":{"deletionPolicy":"Retain"}}'`,
  );
}
