import { holdLabelOf } from '../hold-label.ts';
import { madeAtOf, type KubeObject } from '../../kube/object.ts';
import { namespaces as namespaceResource } from '../../kube/resources.ts';
import { singleContents, type AnyContent } from './content-kind.ts';
import { attempt, undoneOf, type Miss, type SnapshotName, type Undone } from '../bulk/in-parallel.ts';
import { Turns } from '../bulk/turns.ts';
import { countsOf } from '../bulk/whose.ts';
import type { UnfinishedDeletions } from '../provider.ts';
import type { DeletionContext } from './deletion.ts';
import { groupHandleOf, listNoted, nothingNoted, type FoundNoted, type Noted } from './noted-deletions.ts';
import {
  forgetDeletion,
  isStillOf,
  oneLook,
  ownerNow,
  removeRetained,
  type FindOthers,
  type RetainedContent,
} from './retained-content.ts';

/** An owner that has not gone for so long is held, and may be so for days. */
const justGoingMilliseconds = 60_000;

/**
 * Goes on where a run was killed between the deletion of a VolumeSnapshot (or group) and that of its retained content, which
 * it had noted on that. Where the VolumeSnapshot is there still, its deletion did not happen, and the note is taken away.
 * Where it is gone but might have gone for another reason, with its namespace, the content stays as any other of which the
 * VolumeSnapshot is gone. What deletions note from now on is not among them; `namespaces` are those to look after, all when
 * undefined.
 */
export async function findUnfinished(
  namespaces: readonly string[] | undefined,
  context: DeletionContext,
): Promise<UnfinishedDeletions> {
  const misses: Miss[] = [];
  const found = namespaces?.length === 0 ? nothingNoted : await listNoted(namespaces, misses, context);
  return new NotedDeletions(found, misses, context);
}

/** The namespaces have their turns: thousands of one, each with an owner that does not go, are in nobody's way. */
class NotedDeletions implements UnfinishedDeletions {
  readonly #context: DeletionContext;
  readonly #misses: Miss[];
  readonly #turns: Turns<Noted>;
  /** By the handle of their group, the names of the contents. */
  readonly #ofGroups: ReadonlyMap<string | undefined, ReadonlySet<string>>;
  /** Handles of groups. */
  readonly #missed = new Set<string>();
  /** Handles of groups of which a content stays: then all of them do, as with the data of one goes that of all. */
  readonly #staying: Set<string>;
  readonly #waiting: SnapshotName[] = [];
  #left: number;

  constructor({ noted, staying }: FoundNoted, misses: Miss[], context: DeletionContext) {
    const handles = Map.groupBy(noted, ({ content }) => groupHandleOf(content));
    this.#ofGroups = new Map(
      [...handles].map(([handle, own]) => [handle, new Set(own.map(({ retained }) => retained.name))]),
    );
    const kept = noted.filter(isKept).flatMap(({ content }) => groupHandleOf(content) ?? []);
    this.#staying = new Set([...staying, ...kept]);
    this.#turns = new Turns(noted, ({ snapshot }) => snapshot.namespace, context.random.fraction());
    this.#left = noted.length;
    this.#misses = misses;
    this.#context = context;
  }

  /** False when there is none any more. Rejects only with the signal's reason. */
  async finishNext(): Promise<boolean> {
    const turn = this.#turns.next();
    if (!turn) return false;
    this.#left -= 1;
    const { clock } = this.#context;
    const start = clock.monotonic();
    await this.#finish(turn.item);
    this.#turns.spent(turn.namespace, clock.monotonic() - start);
    return true;
  }

  async #finish(one: Noted): Promise<void> {
    const group = groupHandleOf(one.content);
    // As long as the data of a group is there, the contents of its members tell of it.
    if (group !== undefined && this.#missed.has(group)) return;
    const own = (group !== undefined && this.#ofGroups.get(group)) || new Set<string>();
    const act = async (): Promise<void> => {
      if (group !== undefined && this.#staying.has(group)) return stay(one, ofGroup, this.#context);
      const end = await finish(one, own, this.#context);
      if (end === 'waits') this.#waiting.push(one.snapshot);
      if (end === 'waits' && group !== undefined && one.retained.kind !== singleContents)
        this.#missed.add(group);
      if (end === 'stays' && group !== undefined) this.#staying.add(group);
    };
    const miss = await attempt(one.snapshot, 'finish the deletion of the snapshot', act, this.#context);
    if (!miss) return;
    this.#misses.push(miss);
    if (group !== undefined) this.#missed.add(group);
  }

  /** Says what waits, and resolves with what was not done. */
  end(): Undone {
    const { log } = this.#context;
    if (this.#waiting.length > 0) {
      log.info(
        { waiting: this.#waiting.length, namespaces: countsOf(this.#waiting) },
        'contents of earlier deletions wait for their snapshots, which are on their way out still',
      );
    }
    if (this.#left > 0) log.warn({ left: this.#left }, 'deletions of earlier runs are left for the next run');
    return undoneOf(this.#misses);
  }
}

async function finish(
  { content, retained }: Noted,
  own: ReadonlySet<string>,
  context: DeletionContext,
): Promise<'waits' | 'stays' | 'is done'> {
  const { kind, name } = retained;
  await context.rights.require(retained);
  const present = await ownerNow(retained, context);
  const problem = await reasonToStay(content, retained, present, context);
  if (problem !== undefined) {
    await stay({ retained }, problem, context);
    return 'stays';
  }
  const isOfMember = kind === singleContents && groupHandleOf(content) !== undefined;
  const findOthers: FindOthers = (now) =>
    kind === singleContents
      ? context.handles.othersOf(now)
      : context.handles.othersOfGroup(now, kind.contents, own);
  const policy = isOfMember ? 'Retain' : 'Delete';
  const waits = isJustGoing(present, context) ? undefined : oneLook;
  const removal = await removeRetained(retained, findOthers, policy, context, waits);
  if (removal.is === 'waiting') return 'waits';
  if (removal.is === 'spared') {
    await stay({ retained }, 'a user holds it, or brings it back', context);
    return 'stays';
  }
  if (removal.is === 'shared') context.handles.leaves(kind.contents, name);
  context.log.info({ ...placeOf(retained), ...removal }, 'finished the deletion of an earlier run');
  return 'is done';
}

const ofGroup = 'another content of its group stays, and the data of a group goes as a whole';

/** The content retains again: whoever looks for what snapshots have left finds it. */
async function stay(
  { retained }: Pick<Noted, 'retained'>,
  reason: string,
  context: DeletionContext,
): Promise<void> {
  await forgetDeletion(retained, context);
  context.log.warn({ ...placeOf(retained), reason }, 'the content of a deletion that was broken off stays');
}

function placeOf({ name, owner }: RetainedContent): Readonly<Record<string, string>> {
  return { namespace: owner.namespace, snapshot: owner.name, content: name };
}

/** By what the content says itself. */
function isKept({ content, retained }: Noted): boolean {
  return holdLabelOf(content) !== undefined || !isStillOf(content, retained);
}

/** No more of them can have begun to go in such a time than a run deletes in it. */
function isJustGoing(owner: KubeObject | undefined, { clock }: DeletionContext): boolean {
  const since = Date.parse(owner?.metadata.deletionTimestamp ?? '');
  return clock.now().getTime() - since < justGoingMilliseconds;
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
  return madeAtOf(place) <= madeAtOf(content) ? undefined : gone;
}
