import type { Context } from '../../context.ts';
import { GroupMembers } from './group-members.ts';
import { SharedHandles } from './shared-handles.ts';
import { ContentRights } from './content-rights.ts';

/** What deletions ask; a run has one. */
export interface DeletionContext extends Context {
  readonly handles: SharedHandles;
  readonly rights: ContentRights;
  readonly groups: GroupMembers;
}

export function forDeletions(context: Context): DeletionContext {
  return {
    ...context,
    handles: new SharedHandles(context),
    rights: new ContentRights(context),
    groups: new GroupMembers(context),
  };
}

/** What was deleted, and for whom its data stays. */
export interface DeletedData {
  /** False when all was gone already, or on its way out. */
  readonly wasThere: boolean;
  /** Contents of others that have the same data, which stays for them. */
  readonly keptFor: readonly string[];
  /** Its own contents that somebody has held, or begun to bring back, since its deletion was asked for. */
  readonly spared: readonly string[];
}

/** What to say of it besides; undefined when all has gone as always. */
export function keptWords({ keptFor, spared }: DeletedData): string | undefined {
  const [first, ...others] = keptFor;
  const [own] = spared;
  if (own !== undefined) {
    return `its data stays, as somebody holds '${own}' or brings it back; see it with: backup-ns list --orphans`;
  }
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} others` : '';
  return `its data stays, as VolumeSnapshotContent '${first}'${more} has it, too`;
}
