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

export interface FoundNoted {
  readonly noted: readonly Noted[];
  /** Handles of groups whose own content retains its data, and of which no deletion is noted any more. */
  readonly staying: ReadonlySet<string>;
}

export const nothingNoted: FoundNoted = { noted: [], staying: new Set() };

/**
 * Those of groups first, in the namespaces given, all when undefined. Who may not list contents deletes nothing either, and is told
 * so then.
 */
export async function listNoted(
  namespaces: readonly string[] | undefined,
  misses: Miss[],
  context: DeletionContext,
): Promise<FoundNoted> {
  const noted: Noted[] = [];
  const staying = new Set<string>();
  const everywhere = { namespace: '*', name: '*' };
  const miss = await attempt(
    everywhere,
    'look for deletions to be finished',
    async () => {
      try {
        const single = await notedOf(singleContents, context);
        const isOfGroup = single.some(({ content }) => groupHandleOf(content) !== undefined);
        for await (const [content, one] of isOfGroup ? contentsOfGroups(context) : []) {
          const handle = groupHandleOf(content);
          if (one) noted.push(one);
          else if (handle !== undefined && isStaying(content)) staying.add(handle);
        }
        noted.push(...single);
      } catch (error) {
        if (!hasStatus(error, 403)) throw error;
        context.log.warn({ reason: error.message }, 'may not look for deletions to be finished');
      }
    },
    context,
  );
  // Whatever it is due to, it is the run that has not looked.
  if (miss) misses.push({ ...miss, isOwnDoing: false });
  const isWanted = ({ snapshot }: Noted): boolean =>
    namespaces === undefined || namespaces.includes(snapshot.namespace);
  return { noted: noted.filter(isWanted), staying };
}

function isStaying({ metadata, spec }: AnyContent): boolean {
  return spec?.deletionPolicy === 'Retain' && metadata.deletionTimestamp === undefined;
}

/** All contents of groups, each with what is noted of it. */
async function* contentsOfGroups({
  kube,
  signal,
}: DeletionContext): AsyncGenerator<[AnyContent, Noted | undefined], void> {
  for (const version of groupVersions) {
    const kind = groupContents(groupApi(version));
    try {
      for await (const content of kube.list<AnyContent>(kind.contents, { signal }))
        yield [content, notedOn(content, kind)];
      return;
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
}

async function notedOf(kind: ContentKind, { kube, signal }: DeletionContext): Promise<Noted[]> {
  const noted: Noted[] = [];
  const selection = { labelSelector: label.deleting, signal };
  for await (const content of kube.list<AnyContent>(kind.contents, selection)) {
    const one = notedOn(content, kind);
    if (one) noted.push(one);
  }
  return noted;
}

function notedOn(content: AnyContent, kind: ContentKind): Noted | undefined {
  const { name, uid, labels, deletionTimestamp } = content.metadata;
  const { namespace, name: ownerName } = kind.ownerOf(content);
  const ownerUid = labels?.[label.deleting];
  if (!name || !uid || !namespace || !ownerName || !ownerUid || deletionTimestamp !== undefined)
    return undefined;
  const owner = { namespace, name: ownerName, uid: ownerUid };
  return { snapshot: { namespace, name: ownerName }, retained: { kind, name, uid, owner }, content };
}

export function groupHandleOf({ metadata, status }: AnyContent): string | undefined {
  return (
    status?.volumeGroupSnapshotHandle ??
    metadata.annotations?.['groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle']
  );
}
