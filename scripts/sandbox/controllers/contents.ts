import { timestamp } from '../objects/lifecycle.ts';
import { driver } from '../driver.ts';
import type { Cluster } from '../cluster.ts';
import { control, isDeleting, removeFinalizer, withStatus } from './controller.ts';
import { contents, persistentVolumes, snapshotClasses } from '../objects/kinds.ts';
import { bytesOf } from '../quantity.ts';
import { ClassFaults, milliseconds } from './class-faults.ts';
import { beingDeleted, contentProtection, groupHandle, missingClass } from './snapshot-content.ts';
import type { PersistentVolume, SnapshotClass, SnapshotContent } from './storage-spec.ts';

const retryMs = 250;

/** Cuts the snapshots: what a CSI driver and its sidecar do with contents. */
export function controlContents(cluster: Cluster, readyDelayMs: number): void {
  const { objects, volumes, clock, signal } = cluster;
  const faults = new ClassFaults();
  /** The snapshots that the driver has, by their handles. */
  const stored = new Map<string, { readonly creationTime: number; readonly restoreSize: number }>();

  control(cluster, contents, (object) => reconcile(object as SnapshotContent));

  async function reconcile(content: SnapshotContent): Promise<void> {
    if (content.spec.driver !== driver) return;
    if (isDeleting(content)) return remove(content);
    if (content.status?.readyToUse || isOfGroup(content)) return;
    const { volumeHandle, snapshotHandle } = content.spec.source;
    if (snapshotHandle !== undefined) return find(content, snapshotHandle);
    const parameters = parametersOf(content);
    const failure = faults.failureOf(content.metadata.uid ?? '', parameters);
    if (failure !== undefined) return retryLater(content, notTaken(content, failure));
    const handle = `snapshot-${content.metadata.uid}`;
    const isCut = content.status?.snapshotHandle !== undefined;
    if (!isCut && !(await cut(content, volumeHandle ?? '', handle))) return;
    await clock.sleep(milliseconds(parameters['readyDelay']) ?? readyDelayMs, signal);
    withStatus(cluster, contents, content, { readyToUse: true, error: undefined });
  }

  async function cut(content: SnapshotContent, volumeHandle: string, handle: string): Promise<boolean> {
    const volume = objects.find(persistentVolumes, undefined, volumeHandle) as PersistentVolume | undefined;
    const claim = volume?.spec.claimRef;
    if (!volume || !claim) {
      await retryLater(content, notTaken(content, `there is no volume ${volumeHandle}`));
      return false;
    }
    const facts = {
      creationTime: clock.now().getTime() * 1e6,
      restoreSize: bytesOf(volume.spec.capacity?.storage ?? '0'),
    };
    await volumes.snapshot(handle, volumes.ofClaim(claim.namespace, claim.name));
    stored.set(handle, facts);
    withStatus(cluster, contents, content, {
      snapshotHandle: handle,
      ...facts,
      readyToUse: false,
      error: undefined,
    });
    return true;
  }

  /** A content made by hand for a snapshot that the driver has already. It needs no class, but not one that is gone. */
  async function find(content: SnapshotContent, handle: string): Promise<void> {
    const { name } = content.metadata;
    const missing = missingClass(cluster, content.spec.volumeSnapshotClassName);
    if (missing !== undefined) {
      const { volumeSnapshotClassName } = content.spec;
      const what = `failed to get snapshot class ${volumeSnapshotClassName} for snapshot content ${name}`;
      return retryLater(content, `${what}: ${missing}`);
    }
    const facts = stored.get(handle);
    if (!facts)
      return retryLater(
        content,
        `failed to list snapshot for content ${name}: "there is no snapshot ${handle}"`,
      );
    withStatus(cluster, contents, content, {
      snapshotHandle: handle,
      ...facts,
      readyToUse: true,
      error: undefined,
    });
  }

  async function retryLater(content: SnapshotContent, words: string): Promise<void> {
    const message = `Failed to check and update snapshot content: ${words}`;
    withStatus(cluster, contents, content, {
      readyToUse: false,
      error: { message, time: timestamp(clock.now()) },
    });
    await clock.sleep(retryMs, signal);
    // The change of the annotation brings it here again.
    objects.touch(contents, content, ({ metadata }) => {
      metadata.annotations = {
        ...metadata.annotations,
        'folders.sandbox.backup-ns.sh/attempt': String(clock.monotonic()),
      };
    });
  }

  function parametersOf({ spec }: SnapshotContent): Readonly<Record<string, string>> {
    const found = objects.find(snapshotClasses, undefined, spec.volumeSnapshotClassName ?? '');
    return (found as SnapshotClass | undefined)?.parameters ?? {};
  }

  async function remove(content: SnapshotContent): Promise<void> {
    if (!mayGo(content)) return;
    const handle = content.status?.snapshotHandle;
    if (content.spec.deletionPolicy === 'Delete' && handle !== undefined && !isOfGroup(content)) {
      await volumes.remove(volumes.ofSnapshot(handle));
      stored.delete(handle);
    }
    removeFinalizer(cluster, contents, content, contentProtection);
  }
}

/** What the sidecar calls `shouldDelete`: it was never bound, or its VolumeSnapshot was seen to go. */
function mayGo({ metadata, spec }: SnapshotContent): boolean {
  const { source, volumeSnapshotRef } = spec;
  if (source.snapshotHandle !== undefined && volumeSnapshotRef.uid === undefined) return true;
  return metadata.annotations?.[beingDeleted] !== undefined;
}

/** Its data comes and goes with those of the group. */
function isOfGroup({ metadata }: SnapshotContent): boolean {
  return metadata.annotations?.[groupHandle] !== undefined;
}

function notTaken({ spec }: SnapshotContent, words: string): string {
  return `failed to take snapshot of the volume ${spec.source.volumeHandle}: "rpc error: code = Internal desc = ${words}"`;
}
