import { volumeSnapshots } from '../../kube/resources.ts';
import type { AwaitedKind } from '../taking/awaited-kind.ts';
import type { TakenKind } from '../taking/take-each.ts';
import type { GroupApi } from './group-api.ts';
import { csiStore } from './store.ts';
import { createVolumeSnapshot, stored } from './volume-snapshot.ts';

/** VolumeSnapshots, as they are taken and waited for. */
export const single: TakenKind = {
  kind: csiStore.words.kind,
  resource: volumeSnapshots,
  placeOf: (key) => key,
  read: stored,
  store: csiStore,
  create: createVolumeSnapshot,
};

/** The status of a group has the same fields. */
export function groupsOf({ snapshots }: GroupApi): AwaitedKind {
  return { kind: csiStore.words.group, resource: snapshots, placeOf: (key) => key, read: stored };
}
