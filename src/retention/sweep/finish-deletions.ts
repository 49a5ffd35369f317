import { holdLabelOf } from '../../snapshots/hold-label.ts';
import { hasStatus } from '../../kube/error.ts';
import type { KubeObject } from '../../kube/object.ts';
import { namespaces as namespaceResource } from '../../kube/resources.ts';
import {
  groupContents,
  singleContents,
  type AnyContent,
  type ContentKind,
} from '../../snapshots/content-kind.ts';
import { groupApi, groupVersions } from '../../snapshots/group-api.ts';
import { label } from '../../snapshots/labels.ts';
import { attempt, undoneOf, type Miss, type Undone } from '../in-parallel.ts';
import type { DeletionContext } from './deletion.ts';
import {
  forgetDeletion,
  isStillOf,
  ownerNow,
  removeRetained,
  type FindOthers,
  type RetainedContent,
} from './retained-content.ts';

interface Noted {
  readonly snapshot: { readonly namespace: string; readonly name: string };
  readonly retained: RetainedContent;
  readonly content: AnyContent;
}

/**
 * Goes on where a run was killed between the deletion of a VolumeSnapshot (or group) and that of its retained content, which
 * it had noted on that. Where the VolumeSnapshot is there still, its deletion did not happen, and the note is taken away.
 * Where it is gone but might have gone for another reason, with its namespace, the content stays as any other of which the
 * VolumeSnapshot is gone. Resolves with what was not done; `namespaces` are those to look after, all when undefined.
 */
export async function finishDeletions(
  namespaces: readonly string[] | undefined,
  context: DeletionContext,
): Promise<Undone> {
  const misses: Miss[] = [];
  const noted = await listNoted(namespaces, misses, context);
  const unfinished = new Set<string>();
  for (const one of noted) {
    const group = groupHandleOf(one.content);
    // As long as the data of a group is there, the contents of its members tell of it.
    if (group !== undefined && unfinished.has(group)) continue;
    const isOfSame = ({ content }: Noted) => group !== undefined && groupHandleOf(content) === group;
    const own = new Set(noted.filter(isOfSame).map(({ retained }) => retained.name));
    const act = () => finish(one, own, context);
    const miss = await attempt(one.snapshot, 'finish the deletion of the snapshot', act, context);
    if (!miss) continue;
    misses.push(miss);
    if (group !== undefined) unfinished.add(group);
  }
  return undoneOf(misses);
}

/** Those of groups first. Who may not list contents deletes nothing either, and is told so then. */
async function listNoted(
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

async function finish(
  { content, retained }: Noted,
  own: ReadonlySet<string>,
  context: DeletionContext,
): Promise<void> {
  const { kind, name, owner } = retained;
  const where = { namespace: owner.namespace, snapshot: owner.name, content: name };
  await context.rights.demand(retained);
  const present = await ownerNow(retained, context);
  const problem = await reasonToStay(content, retained, present, context);
  if (problem !== undefined) {
    await forgetDeletion(retained, context);
    context.log.warn({ ...where, reason: problem }, 'the content of a deletion that was broken off stays');
    return;
  }
  const isOfMember = kind === singleContents && groupHandleOf(content) !== undefined;
  const findOthers: FindOthers = (now) =>
    kind === singleContents
      ? context.handles.othersOf(now)
      : context.handles.othersOfGroup(now, kind.contents, own);
  const removal = await removeRetained(retained, findOthers, isOfMember ? 'Retain' : 'Delete', context);
  if (removal.is === 'shared') context.handles.leaves(kind.contents, name);
  context.log.info({ ...where, ...removal }, 'finished the deletion of an earlier run');
}

/** Undefined when there is no doubt that this tool's deletion of the owner was accepted. */
async function reasonToStay(
  content: AnyContent,
  retained: RetainedContent,
  owner: KubeObject | undefined,
  context: DeletionContext,
): Promise<string | undefined> {
  if (!isStillOf(content, retained)) return 'it is being brought back';
  const holders = owner ? [content, owner] : [content];
  if (holders.some((one) => holdLabelOf(one) !== undefined)) return 'a user holds it';
  if (owner && owner.metadata.deletionTimestamp === undefined) return 'its snapshot is there still';
  const { kube, signal } = context;
  const { namespace } = retained.owner;
  const place = await kube.find(namespaceResource, { name: namespace }, { signal });
  const gone = 'its namespace is gone or going, and may have taken the snapshot along';
  if (!place || place.metadata.deletionTimestamp !== undefined) return gone;
  return createdAt(place) <= createdAt(content) ? undefined : gone;
}

/** Milliseconds since 1970; NaN, which is before and after nothing, for what is no date. */
function createdAt({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}

function groupHandleOf({ metadata, status }: AnyContent): string | undefined {
  return (
    status?.volumeGroupSnapshotHandle ??
    metadata.annotations?.['groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle']
  );
}
