import type { Context } from '../context.ts';
import { volumeSnapshotContents, volumeSnapshots } from '../kube/resources.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { label } from '../snapshots/labels.ts';
import { type Orphan, isOrphanNow, readOrphan } from './orphan.ts';

/** An API server answers more of them at a time no faster. */
const atATime = 4;

/**
 * The contents of ours whose VolumeSnapshot is gone, by namespace and the oldest first; not those that are on their way out
 * themselves. `timeZone` is that of the tiers.
 *
 * Contents are listed first: what is missing in a later list of VolumeSnapshots has gone, or came after that list. Each
 * that is missing is looked for by its name once more, so that none is called an orphan that is not one at that moment.
 */
export async function listOrphans(context: Context, timeZone = 'UTC'): Promise<Orphan[]> {
  const contents = await readContents(timeZone, context);
  const present = await uidsOfSnapshots(context);
  const missing = contents.filter(({ owner }) => !present.has(snapshotRefOf(owner).uid));
  const orphans: Orphan[] = [];
  for (let index = 0; index < missing.length; index += atATime) {
    const some = missing.slice(index, index + atATime);
    const stillMissing = await Promise.all(some.map(({ owner }) => isOrphanNow(owner, context)));
    for (const [offset, { orphan }] of some.entries()) if (stillMissing[offset]) orphans.push(orphan);
  }
  return orphans.toSorted(byPlaceAndAge);
}

interface Candidate {
  readonly orphan: Orphan;
  /** No more of the content than tells whose it is: there may be a hundred thousand. */
  readonly owner: VolumeSnapshotContent;
}

async function readContents(timeZone: string, { kube, signal }: Context): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const selection = { labelSelector: label.retain, signal };
  for await (const content of kube.list<VolumeSnapshotContent>(volumeSnapshotContents, selection)) {
    if (content.metadata.deletionTimestamp !== undefined) continue;
    found.push({ orphan: readOrphan(content, timeZone), owner: ownerOf(content) });
  }
  return found;
}

function ownerOf(content: VolumeSnapshotContent): VolumeSnapshotContent {
  const { apiVersion, kind, metadata } = content;
  const { name = '', creationTimestamp = '' } = metadata;
  const spec = { volumeSnapshotRef: snapshotRefOf(content) };
  return { apiVersion, kind, metadata: { name, creationTimestamp }, spec };
}

async function uidsOfSnapshots({ kube, signal }: Context): Promise<Set<string | undefined>> {
  const uids = new Set<string | undefined>();
  for await (const { metadata } of kube.list(volumeSnapshots, { labelSelector: label.retain, signal })) {
    uids.add(metadata.uid);
  }
  return uids;
}

function byPlaceAndAge(one: Orphan, other: Orphan): number {
  if (one.namespace !== other.namespace) return one.namespace < other.namespace ? -1 : 1;
  return +one.createdAt - +other.createdAt || (one.name < other.name ? -1 : 1);
}
