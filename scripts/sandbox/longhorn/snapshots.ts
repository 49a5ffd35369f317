import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addFinalizer, control, isDeleting, removeFinalizer, withStatus } from '../controllers/controller.ts';
import type { PersistentVolume } from '../controllers/storage-spec.ts';
import { persistentVolumes } from '../objects/kinds.ts';
import { timestamp } from '../objects/lifecycle.ts';
import {
  backups,
  longhornDriver,
  longhornFinalizer,
  longhornLabel,
  longhornNamespace,
  snapshots,
  volumes,
} from './kinds.ts';
import type { Longhorn } from './longhorn.ts';
import type { LonghornBackup, LonghornSnapshot, LonghornVolume } from './shapes.ts';

const retryMs = 250;

/** Takes and deletes snapshots: controller/snapshot_controller.go. */
export function controlSnapshots(longhorn: Longhorn): void {
  const { cluster } = longhorn;
  const { objects, clock, signal } = cluster;

  control(cluster, snapshots, (object) => reconcile(object as LonghornSnapshot), [
    { definition: backups, affected: () => objects.all(snapshots, longhornNamespace).filter(isDeleting) },
  ]);

  async function reconcile(snapshot: LonghornSnapshot): Promise<void> {
    const { volume } = snapshot.spec;
    const { name = '' } = snapshot.metadata;
    const engine = longhorn.engineOf(volume);
    if (isDeleting(snapshot)) return remove(snapshot);
    if (!engine.find(name)) {
      if (snapshot.status?.creationTime !== undefined)
        return fail(snapshot, 'lost track of the corresponding snapshot info inside volume engine');
      if (snapshot.spec.createSnapshot !== true)
        return fail(snapshot, `snapshot ${name} is not in the volume`);
      const problem = problemOf(volume);
      if (problem !== undefined) return retryLater(snapshot, problem);
      addFinalizer(cluster, snapshots, snapshot, longhornFinalizer);
      await take(volume, name);
    }
    if (!snapshot.metadata.labels?.[longhornLabel.volume]) {
      objects.touch(snapshots, snapshot, ({ metadata }) => {
        metadata.labels = { ...metadata.labels, [longhornLabel.volume]: volume };
      });
    }
    const isNew = snapshot.status?.creationTime === undefined;
    report(snapshot, isNew ? { readyToUse: false } : {});
    if (snapshot.status?.readyToUse) return;
    await longhorn.step();
    report(snapshot, { readyToUse: true, error: '' });
  }

  /** Why nothing can be done to the volume now; Longhorn tries again and again. */
  function problemOf(volume: string): string | undefined {
    if (longhorn.isRestarting(volume)) return `cannot get client for volume ${volume}: engine is not running`;
    const found = objects.find(volumes, longhornNamespace, volume) as LonghornVolume | undefined;
    return found ? undefined : `failed to get volume ${volume}`;
  }

  async function take(volume: string, name: string): Promise<void> {
    const engine = longhorn.engineOf(volume);
    const { last } = engine;
    const source = contentOf(volume);
    const folder = join('longhorn', volume, name);
    await cluster.volumes.snapshot(folder, source);
    const size = changedBytes(longhorn.folderOf(volume, name), last && longhorn.folderOf(volume, last));
    engine.take(name, { createdAt: timestamp(clock.now()), isUserCreated: true, size });
    for (const gone of engine.purge(isRead)) await cluster.volumes.remove(longhorn.folderOf(volume, gone));
    // What the head stood on has a child of its own now, and one that was only marked can go.
    for (const other of ofVolume(volume)) {
      if (other.metadata.name === name) continue;
      if (isDeleting(other) && !engine.find(other.metadata.name ?? ''))
        removeFinalizer(cluster, snapshots, other, longhornFinalizer);
      else report(other, {});
    }
  }

  function contentOf(volume: string): string {
    const found = objects
      .all(persistentVolumes)
      .map(({ spec }) => spec as PersistentVolume['spec'])
      .find(({ csi }) => csi?.driver === longhornDriver && csi.volumeHandle === volume);
    const { namespace = '', name = '' } = found?.claimRef ?? {};
    return cluster.volumes.ofClaim(namespace, name);
  }

  function ofVolume(volume: string): LonghornSnapshot[] {
    return (objects.all(snapshots, longhornNamespace) as LonghornSnapshot[]).filter(
      ({ spec }) => spec.volume === volume,
    );
  }

  function report(snapshot: LonghornSnapshot, more: LonghornSnapshot['status']): void {
    const { name = '' } = snapshot.metadata;
    const engine = longhorn.engineOf(snapshot.spec.volume);
    const found = engine.find(name);
    if (!found) return;
    const volume = objects.find(volumes, longhornNamespace, snapshot.spec.volume) as
      | LonghornVolume
      | undefined;
    withStatus(cluster, snapshots, snapshot, {
      creationTime: found.createdAt,
      parent: found.parent,
      children: Object.fromEntries(engine.childrenOf(name).map((child) => [child, true])),
      size: found.size,
      restoreSize: Number(volume?.spec.size ?? 0),
      userCreated: found.isUserCreated,
      markRemoved: found.isRemoved,
      labels: snapshot.spec.labels ?? {},
      ...more,
    });
  }

  async function remove(snapshot: LonghornSnapshot): Promise<void> {
    const { volume } = snapshot.spec;
    const { name = '' } = snapshot.metadata;
    const engine = longhorn.engineOf(volume);
    if (engine.find(name)) {
      const problem = problemOf(volume);
      if (problem !== undefined && objects.find(volumes, longhornNamespace, volume))
        return retryLater(snapshot, problem);
      engine.mark(name);
      for (const gone of engine.purge(isRead)) await cluster.volumes.remove(longhorn.folderOf(volume, gone));
      // Right behind the head, or read by a backup: it waits, marked.
      if (engine.find(name)) return report(snapshot, { markRemoved: true, readyToUse: false });
    }
    removeFinalizer(cluster, snapshots, snapshot, longhornFinalizer);
    for (const other of ofVolume(volume)) report(other, {});
  }

  /** Assumed: a snapshot that a backup reads stays until that has ended, as the engine holds its files open. */
  function isRead(name: string): boolean {
    return (objects.all(backups, longhornNamespace) as LonghornBackup[]).some(
      ({ spec, status }) =>
        spec.snapshotName === name && ['Pending', 'InProgress'].includes(status?.state ?? ''),
    );
  }

  function fail(snapshot: LonghornSnapshot, error: string): void {
    withStatus(cluster, snapshots, snapshot, { readyToUse: false, error });
  }

  async function retryLater(snapshot: LonghornSnapshot, error: string): Promise<void> {
    fail(snapshot, error);
    await clock.sleep(retryMs, signal);
    objects.touch(snapshots, snapshot, ({ metadata }) => {
      const attempt = { 'sandbox.backup-ns.sh/attempt': String(clock.monotonic()) };
      metadata.annotations = { ...metadata.annotations, ...attempt };
    });
  }
}

/** Bytes of the files of `folder` that are not the same in `before`, which is '' for none. */
function changedBytes(folder: string, before: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, path) => {
    const now = lstatSync(join(folder, path));
    if (!now.isFile()) return sum;
    return isSame(join(folder, path), before && join(before, path)) ? sum : sum + now.size;
  }, 0);
}

function isSame(file: string, other: string): boolean {
  try {
    return other !== '' && readFileSync(file).equals(readFileSync(other));
  } catch {
    return false;
  }
}
