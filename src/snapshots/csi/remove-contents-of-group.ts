import type { Context } from '../../context.ts';
import { isHeldItself } from '../hold-label.ts';
import { singleContents, type AnyContent } from './content-kind.ts';
import type { DeletionContext } from './deletion.ts';
import { forgetDeletion, isStillOf, removeRetained, type RetainedContent } from './retained-content.ts';

/**
 * The content of the group with the data, and those of its members without: the driver is asked to delete all of it at
 * once. They are looked for until the last of them is gone, as they tell of the group. They stay or go together. Resolves with
 * those that stay.
 */
export async function removeContentsOfGroup(
  retained: readonly RetainedContent[],
  context: DeletionContext,
): Promise<string[]> {
  const own = new Set(retained.map(({ name }) => name));
  if (await isAnyKept(retained, context)) return keepAll(retained, context);
  for (const one of retained) {
    const { contents } = one.kind;
    const isOfMember = contents === singleContents.contents;
    const findOthers = (content: AnyContent) => context.handles.othersOfGroup(content, contents, own);
    const removal = await removeRetained(one, findOthers, isOfMember ? 'Retain' : 'Delete', context);
    if (removal.is === 'spared' && !isOfMember) return keepAll(retained, context);
    // The next run goes on with them: until then they tell of its data.
    if (removal.is === 'waiting' && !isOfMember) return [];
    if (removal.is === 'shared') {
      context.log.warn(
        { content: one.name, others: removal.others },
        'its data stays, as others have it, too',
      );
    }
  }
  return [];
}

/** Whether somebody holds one of them, or brings it back, since they were looked at. */
async function isAnyKept(retained: readonly RetainedContent[], { kube, signal }: Context): Promise<boolean> {
  for (const one of retained) {
    const present = await kube.find<AnyContent>(one.kind.contents, { name: one.name }, { signal });
    if (present?.metadata.uid === one.uid && (isHeldItself(present) || !isStillOf(present, one))) return true;
  }
  return false;
}

async function keepAll(retained: readonly RetainedContent[], context: Context): Promise<string[]> {
  for (const one of retained) await forgetDeletion(one, context);
  return retained.map(({ name }) => name);
}
