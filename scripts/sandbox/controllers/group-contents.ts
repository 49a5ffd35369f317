import type { Cluster } from '../cluster.ts';
import { driver } from '../driver.ts';
import { groupClasses, groupContents, persistentVolumes } from '../objects/kinds.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { bytesOf } from '../quantity.ts';
import { ClassFaults, milliseconds } from './class-faults.ts';
import { control, isDeleting, removeFinalizer, withStatus } from './controller.ts';
import { groupBeingDeleted, groupContentProtection } from './groups.ts';
import type { GroupContent, MemberInfo, PersistentVolume, SnapshotClass } from './storage-spec.ts';

const retryMs = 250;

/** Cuts groups of snapshots: what a CSI driver and its sidecar do with the contents of groups. */
export function controlGroupContents(cluster: Cluster, readyDelayMs: number): void {
  const { objects, volumes, clock, signal } = cluster;
  const faults = new ClassFaults();

  control(cluster, groupContents, (object) => reconcile(object as GroupContent));

  async function reconcile(content: GroupContent): Promise<void> {
    if (content.spec.driver !== driver) return;
    if (isDeleting(content)) return remove(content);
    if (content.status?.readyToUse) return;
    const parameters = parametersOf(content);
    const failure = faults.failureOf(content.metadata.uid ?? '', parameters);
    if (failure !== undefined) return retryLater(content, failure);
    if (content.status?.volumeGroupSnapshotHandle === undefined) await cut(content);
    await clock.sleep(milliseconds(parameters['readyDelay']) ?? readyDelayMs, signal);
    withStatus(cluster, groupContents, content, { readyToUse: true });
  }

  async function cut(content: GroupContent): Promise<void> {
    const now = clock.now();
    const infos = content.spec.source.volumeHandles.map((handle) => infoOf(content, handle, now));
    for (const { volumeHandle, snapshotHandle } of infos) {
      const { claimRef } = volumeOf(volumeHandle).spec;
      const { namespace = '', name = '' } = claimRef ?? {};
      await volumes.snapshot(snapshotHandle, volumes.ofClaim(namespace, name));
    }
    withStatus(cluster, groupContents, content, {
      volumeGroupSnapshotHandle: `group-${content.metadata.uid}`,
      creationTime: timestamp(now),
      readyToUse: false,
      volumeSnapshotInfoList: infos,
      error: undefined,
    });
  }

  function infoOf({ metadata }: GroupContent, volumeHandle: string, now: Date): MemberInfo {
    return {
      volumeHandle,
      snapshotHandle: `snapshot-${metadata.uid}-${volumeHandle}`,
      creationTime: now.getTime() * 1e6,
      restoreSize: bytesOf(volumeOf(volumeHandle).spec.capacity?.storage ?? '0'),
      readyToUse: false,
    };
  }

  function volumeOf(handle: string): PersistentVolume {
    return objects.get(persistentVolumes, undefined, handle) as PersistentVolume;
  }

  async function retryLater(content: GroupContent, words: string): Promise<void> {
    const { volumeHandles } = content.spec.source;
    const why = `failed to take group snapshot of the volumes [${volumeHandles.join(' ')}]`;
    const message = `Failed to create group snapshot: ${why}: "rpc error: code = Internal desc = ${words}"`;
    const error = { message, time: timestamp(clock.now()) };
    withStatus(cluster, groupContents, content, { readyToUse: false, error });
    await clock.sleep(retryMs, signal);
    // The change of the annotation brings it here again.
    objects.touch(groupContents, content, ({ metadata }) => {
      const attempt = { 'folders.sandbox.backup-ns.sh/attempt': String(clock.monotonic()) };
      metadata.annotations = { ...metadata.annotations, ...attempt };
    });
  }

  function parametersOf({ spec }: GroupContent): Readonly<Record<string, string>> {
    const found = objects.find(groupClasses, undefined, spec.volumeGroupSnapshotClassName);
    return (found as SnapshotClass | undefined)?.parameters ?? {};
  }

  async function remove(content: GroupContent): Promise<void> {
    if (content.metadata.annotations?.[groupBeingDeleted] === undefined) return;
    if (content.spec.deletionPolicy === 'Delete') {
      for (const { snapshotHandle } of content.status?.volumeSnapshotInfoList ?? []) {
        await volumes.remove(volumes.ofSnapshot(snapshotHandle));
      }
    }
    removeFinalizer(cluster, groupContents, content, groupContentProtection);
  }
}
