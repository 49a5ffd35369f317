import { hasStatus } from '../../kube/error.ts';
import { label } from '../labels.ts';
import { attempt, type Miss, type SnapshotName } from '../bulk/in-parallel.ts';
import { groupContents, singleContents, type AnyContent, type ContentKind } from './content-kind.ts';
import type { DeletionContext } from './deletion.ts';
import { groupApi, groupVersions } from './group-api.ts';
import type { RetainedContent } from './retained-content.ts';

/** A content of which it is noted that it goes after its owner. */
export interface Noted {
  readonly snapshot: SnapshotName;
  readonly retained: RetainedContent;
  readonly content: AnyContent;
}

/** Those of groups first, in the namespaces given, all when undefined. Who may not list contents deletes nothing either, and is told so then. */
export async function listNoted(
  namespaces: readonly string[] | undefined,
  misses: Miss[],
  context: DeletionContext,
): Promise<Noted[]> {
  const noted: Noted[] = [];
  const everywhere = { namespace: '*', name: '*' };
  const miss = await attempt(
    everywhere,
    'look for deletions to be finished',
    async () => {
      try {
        const single = await notedOf(singleContents, context);
        const isOfGroup = single.some(({ content }) => groupHandleOf(content) !== undefined);
        noted.push(...(isOfGroup ? await notedOfGroups(context) : []), ...single);
      } catch (error) {
        if (!hasStatus(error, 403)) throw error;
        context.log.warn({ reason: error.message }, 'may not look for deletions to be finished');
      }
    },
    context,
  );
  // Whatever it is due to, it is the run that has not looked.
  if (miss) misses.push({ ...miss, isOwnDoing: false });
  return noted.filter(({ snapshot }) => namespaces === undefined || namespaces.includes(snapshot.namespace));
}

async function notedOfGroups(context: DeletionContext): Promise<Noted[]> {
  for (const version of groupVersions) {
    try {
      return await notedOf(groupContents(groupApi(version)), context);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
  return [];
}

async function notedOf(kind: ContentKind, { kube, signal }: DeletionContext): Promise<Noted[]> {
  const noted: Noted[] = [];
  const selection = { labelSelector: label.deleting, signal };
  for await (const content of kube.list<AnyContent>(kind.contents, selection)) {
    const { name, uid, labels, deletionTimestamp } = content.metadata;
    const { namespace, name: ownerName } = kind.ownerOf(content);
    const ownerUid = labels?.[label.deleting];
    if (!name || !uid || !namespace || !ownerName || !ownerUid || deletionTimestamp !== undefined) continue;
    const owner = { namespace, name: ownerName, uid: ownerUid };
    noted.push({ snapshot: { namespace, name: ownerName }, retained: { kind, name, uid, owner }, content });
  }
  return noted;
}

export function groupHandleOf({ metadata, status }: AnyContent): string | undefined {
  return (
    status?.volumeGroupSnapshotHandle ??
    metadata.annotations?.['groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle']
  );
}
