import { whatFailed, whose } from '../snapshots/bulk/whose.ts';
import type { Context } from '../context.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { PartialError } from '../core/errors.ts';
import { hasStatus } from '../kube/error.ts';
import { volumeSnapshotContents } from '../kube/resources.ts';
import { inParallel, type Failure } from '../snapshots/bulk/in-parallel.ts';
import { readSnapshots } from '../snapshots/bulk/read-snapshots.ts';
import type { Caller } from '../caller.ts';
import { recorded } from '../record/recorded.ts';
import type { Report } from '../record/report.ts';
import { bulkReport } from '../snapshots/bulk/report.ts';
import { readInScope, type Scope } from '../snapshots/bulk/scope.ts';
import type { SyncMetadataSettings } from './sync-metadata-settings.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { label } from '../snapshots/labels.ts';
import { retryOnConflict } from '../kube/retry-on-conflict.ts';
import { planSync, snapshotMetadata, type SnapshotMetadata, type SyncChange } from './plan-sync.ts';

/** What `sync-metadata` says at its end, on one line of JSON. */
export interface SyncMetadataResult {
  /** Nothing was changed: it only says what would be. */
  readonly dryRun: boolean;
  /** How many snapshots of ours are bound to a content. */
  readonly snapshots: number;
  readonly changed: readonly ChangedContent[];
  readonly failed: readonly Failure[];
  /** Left alone because of what they are, or what others write to them; no failures of the run. */
  readonly skipped: readonly Failure[];
}

interface ChangedContent {
  /** Of the VolumeSnapshot. */
  readonly namespace: string;
  readonly name: string;
  readonly content: string;
  /** Names of labels and annotations. */
  readonly written: readonly string[];
  readonly taken: readonly string[];
}

/**
 * Gives every content the labels and annotations of ours that its VolumeSnapshot has, and takes away those that it has no
 * more: who finds the content without its VolumeSnapshot one day can tell what it is. Its end is told, unless it is a dry
 * run. Throws PartialError.
 */
export function syncMetadata(
  settings: SyncMetadataSettings,
  context: SnapshotContext,
  { withNames }: Pick<Caller, 'withNames'> = {},
): Promise<SyncMetadataResult> {
  const work = () => sync(settings, context);
  if (settings.dryRun) return work();
  const report = syncMetadataReport(settings, context.kube.namespace);
  return recorded({ report, settings: settings.record, withNames }, context, work);
}

/** How its runs are told; `namespace` is the one that it runs in. */
export const syncMetadataReport = (scope: Scope | undefined, namespace: string): Report<SyncMetadataResult> =>
  bulkReport(
    {
      name: 'sync-metadata',
      described: ({ changed, snapshots }) => `${changed.length} of ${snapshots} contents changed`,
      counts: ({ changed, snapshots }) => ({ changed: changed.length, seen: snapshots }),
    },
    scope,
    namespace,
  );

async function sync(settings: SyncMetadataSettings, context: SnapshotContext): Promise<SyncMetadataResult> {
  const { dryRun } = settings;
  const { parts, unread } = await readInScope(
    settings,
    (namespace) => readSnapshots({ namespace, labelSelector: label.retain }, snapshotMetadata, context),
    context,
  );
  const snapshots = parts.flat();
  const changes = await planChanges(snapshots, context);
  context.log.info({ snapshots: snapshots.length, changes: changes.length }, 'planned');
  const act = (change: SyncChange) => apply(change, context);
  const undone = dryRun
    ? { failed: [], skipped: [] }
    : await inParallel(changes, 'sync the content of the snapshot', act, context);
  const failed = [...unread, ...undone.failed];
  const { skipped } = undone;
  const result = { dryRun, snapshots: snapshots.length, changed: changes.map(described), failed, skipped };
  if (failed.length === 0) return result;
  throw new PartialError(
    `${whatFailed([undone.failed.length, 'content', 'changed'], [unread.length, 'namespace', 'read'])}: ${whose(failed)}; the log says why, and the next run tries again`,
    result,
  );
}

/** Contents are of no namespace, so that all of them are looked at; those of other snapshots are forgotten at once. */
async function planChanges(
  snapshots: readonly SnapshotMetadata[],
  { kube, signal }: Context,
): Promise<SyncChange[]> {
  const byUid = new Map(snapshots.map((snapshot) => [snapshot.uid, snapshot]));
  const changes: SyncChange[] = [];
  if (byUid.size === 0) return changes;
  for await (const content of kube.list<VolumeSnapshotContent>(volumeSnapshotContents, { signal })) {
    const snapshot = byUid.get(snapshotRefOf(content).uid ?? '');
    const change = snapshot && planSync(snapshot, content);
    if (change) changes.push(change);
  }
  return changes;
}

/** Plans anew when the content was changed meanwhile, be it by this very change. One that is gone needs no labels. */
async function apply(planned: SyncChange, context: Context): Promise<void> {
  const { kube, log, signal } = context;
  const { snapshot, content: name } = planned;
  let isPlanned = true;
  try {
    await retryOnConflict(async () => {
      const change = isPlanned ? planned : await planAnew(planned, context);
      isPlanned = false;
      if (!change) return;
      const { resourceVersion, labels, annotations } = change;
      const patch = { metadata: { resourceVersion, labels, annotations } };
      await kube.patch(volumeSnapshotContents, { name }, patch, { signal });
    });
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  log.info({ namespace: snapshot.namespace, snapshot: snapshot.name, content: name }, 'synced');
}

async function planAnew(
  { snapshot, content: name }: SyncChange,
  { kube, signal }: Context,
): Promise<SyncChange | undefined> {
  const present = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  return present && planSync(snapshot, present);
}

function described({ snapshot, content, labels, annotations }: SyncChange): ChangedContent {
  const { namespace, name } = snapshot;
  const all = Object.entries({ ...labels, ...annotations });
  const written = all.filter(([, value]) => value !== null).map(([key]) => key);
  const taken = all.filter(([, value]) => value === null).map(([key]) => key);
  return { namespace, name, content, written, taken };
}
