import type { Context } from '../../context.ts';
import { freshDeadline } from '../../kube/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import { retryOnConflict } from '../../kube/retry-on-conflict.ts';
import type { KubeObject } from '../../kube/object.ts';
import { deletionPatch } from './content-deletion.ts';
import type { AnyContent, ContentKind } from './content-kind.ts';
import type { OwnerName } from './content.ts';
import { isHeldItself } from '../hold-label.ts';
import { annotation, label } from '../labels.ts';

/**
 * A content that is told to retain outlives its VolumeSnapshot (or group), and its data with it. It is deleted after that,
 * and never told to take its data along before: as long as the deletion of the VolumeSnapshot may fail, be refused or be
 * made unwanted by a hold, nothing has happened that would have to be undone. What a killed run has left to do stands on the
 * content as a label.
 */
export interface RetainedContent {
  readonly kind: ContentKind;
  readonly name: string;
  readonly uid: string;
  /** Whose deletion it follows. */
  readonly owner: Required<OwnerName>;
}

/** Asks who else has the data of a content. */
export type FindOthers = (content: AnyContent) => Promise<readonly string[]>;

export type Removal =
  | { readonly is: 'removed' }
  /** The content is gone, or going; its data stays for these. */
  | { readonly is: 'shared'; readonly others: readonly string[] }
  /** Its owner is on its way out still, such as for a claim that is being made from it, and takes the content along. */
  | { readonly is: 'waiting' }
  /** Somebody has given it another purpose. */
  | { readonly is: 'spared' };

/** How long it may take to undo. */
const undoMilliseconds = 20_000;

/** How often, and after how many milliseconds each, it is looked whether the owner is gone: mostly it is at once. */
const looks = [0, 50, 100, 200, 400, 800, 1600];

/** For an owner whose deletion is long ago: if it is not gone it is held. */
export const oneLook = [0];

/** Undefined for one that goes with its owner by itself, or was never bound to it. */
export function retainedContent(
  kind: ContentKind,
  content: AnyContent,
  ownerUid: string,
): RetainedContent | undefined {
  const { name, uid } = content.metadata;
  const { namespace, name: ownerName, uid: boundTo } = kind.ownerOf(content);
  if (content.spec?.deletionPolicy !== 'Retain' || boundTo !== ownerUid) return undefined;
  if (!name || !uid || !namespace || !ownerName) return undefined;
  return { kind, name, uid, owner: { namespace, name: ownerName, uid: ownerUid } };
}

/** Notes on the content whose deletion it is to follow. Throws a 409 when it was changed since it was read. */
export async function noteDeletion(
  { kind, name, owner }: RetainedContent,
  { metadata }: AnyContent,
  { kube, signal }: Context,
): Promise<void> {
  if (metadata.labels?.[label.deleting] === owner.uid) return;
  const { uid, resourceVersion } = metadata;
  const patch = { metadata: { uid, resourceVersion, labels: { [label.deleting]: owner.uid } } };
  await kube.patch(kind.contents, { name }, patch, { signal });
}

/** Takes the note away, where it is: the content retains again. It takes its data along for no other reason. */
export async function forgetDeletion(
  { kind, name, uid }: Pick<RetainedContent, 'kind' | 'name' | 'uid'>,
  { kube, signal }: Context,
): Promise<void> {
  await retryOnConflict(async () => {
    const present = await kube.find<AnyContent>(kind.contents, { name }, { signal });
    if (present?.metadata.uid !== uid || present.metadata.labels?.[label.deleting] === undefined) return;
    const { resourceVersion } = present.metadata;
    const metadata = { uid, resourceVersion, labels: { [label.deleting]: null } };
    const retains = present.spec?.deletionPolicy === 'Retain';
    const patch = { metadata, ...(!retains && { spec: { deletionPolicy: 'Retain' } }) };
    await kube.patch(kind.contents, { name }, patch, { signal });
  });
}

/**
 * After a deletion that failed: takes the notes away of which the owner is there still. Where that cannot be known the next
 * run sees to it. Runs after the run's own signal was aborted, too.
 */
export async function forgetUndone(all: readonly RetainedContent[], context: Context): Promise<void> {
  using deadline = freshDeadline(context.clock, undoMilliseconds);
  const own = { ...context, signal: deadline.signal };
  for (const retained of all) {
    try {
      const owner = await ownerNow(retained, own);
      if (owner && owner.metadata.deletionTimestamp === undefined) await forgetDeletion(retained, own);
    } catch (error) {
      const { name: content } = retained;
      context.log.warn(
        { content, reason: messageOf(error) },
        'could not take the note of a deletion off the content, which the next run does',
      );
    }
  }
}

/**
 * Deletes a content whose owner's deletion was accepted, together with its data; without it where others have that. As long
 * as the owner is there it is only told to go with it; it is looked for as often as there are `waits`, in milliseconds. Throws a 409 when it is changed again and again.
 */
export async function removeRetained(
  retained: RetainedContent,
  findOthers: FindOthers,
  policy: 'Delete' | 'Retain',
  context: Context,
  waits: readonly number[] = looks,
): Promise<Removal> {
  const { kube, signal } = context;
  const { kind, name, uid, owner } = retained;
  const isGone = await isOwnerGone(retained, waits, context);
  return retryOnConflict(async (): Promise<Removal> => {
    const present = await kube.find<AnyContent>(kind.contents, { name }, { signal });
    if (present?.metadata.uid !== uid || present.metadata.deletionTimestamp !== undefined) {
      return { is: 'removed' };
    }
    if (!isStillOf(present, retained) || isHeldItself(present)) return { is: 'spared' };
    const others = policy === 'Delete' ? await findOthers(present) : [];
    const effective = others.length > 0 ? 'Retain' : policy;
    if (!isGone) {
      const turns = present.spec?.deletionPolicy !== effective;
      const { resourceVersion } = present.metadata;
      const patch = { metadata: { uid, resourceVersion }, spec: { deletionPolicy: effective } };
      if (turns) await kube.patch(kind.contents, { name }, patch, { signal });
      return { is: 'waiting' };
    }
    const patch = deletionPatch(present, effective, kind);
    const { metadata } = patch ? await kube.patch(kind.contents, { name }, patch, { signal }) : present;
    const { resourceVersion } = metadata;
    await kube.delete(kind.contents, { name }, { uid, resourceVersion, signal });
    context.log.info(
      { namespace: owner.namespace, snapshot: owner.name, content: name },
      'deleted its content',
    );
    return others.length > 0 ? { is: 'shared', others } : { is: 'removed' };
  });
}

/** Whether the content waits for that deletion still: `rebind` may have begun to bring it back. */
export function isStillOf(content: AnyContent, { kind, owner }: RetainedContent): boolean {
  const { uid } = kind.ownerOf(content);
  const isBroughtBack = content.metadata.annotations?.[annotation.reboundTo] !== undefined;
  return uid === owner.uid && !isBroughtBack;
}

async function isOwnerGone(
  { kind, owner }: RetainedContent,
  waits: readonly number[],
  context: Context,
): Promise<boolean> {
  for (const milliseconds of waits) {
    if (milliseconds > 0) await context.clock.sleep(milliseconds, context.signal);
    if ((await ownerNow({ kind, owner }, context)) === undefined) return true;
  }
  return false;
}

/** Undefined when it is gone, also when another one has its name. */
export async function ownerNow(
  { kind, owner }: Pick<RetainedContent, 'kind' | 'owner'>,
  { kube, signal }: Context,
): Promise<KubeObject | undefined> {
  const { namespace, name, uid } = owner;
  const present = await kube.find(kind.owners, { namespace, name }, { signal });
  return present?.metadata.uid === uid ? present : undefined;
}
