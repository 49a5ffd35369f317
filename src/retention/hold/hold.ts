import type { SnapshotContext } from '../../snapshots/provider.ts';
import type { Labelled, MetadataPatch, StoredSnapshot } from '../../snapshots/stored.ts';
import type { HoldSettings } from './settings.ts';
import { label } from '../../snapshots/labels.ts';
import { readSnapshot } from '../../snapshots/managed.ts';
import { timeZoneOf } from '../../snapshots/time-zone.ts';
import { allOrPartial } from '../../snapshots/bulk/all-or-partial.ts';
import { changeSnapshots } from '../../snapshots/bulk/change-snapshots.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';

export interface HoldResult {
  readonly namespace: string;
  readonly held: readonly HeldSnapshot[];
  readonly failed: readonly Failure[];
}

interface HeldSnapshot {
  readonly name: string;
  readonly pvc: string;
  /** It had the label already. */
  readonly wasHeld: boolean;
}

/** Keeps snapshots, whatever the policy says, until they are released; any, also those of others. Throws PartialError. */
export async function hold(settings: HoldSettings, context: SnapshotContext): Promise<HoldResult> {
  const named = { ...settings, namespace: settings.namespace ?? context.kube.namespace };
  const { before, failed } = await changeSnapshots(named, 'hold the snapshot', holdPatch, context);
  return allOrPartial({ namespace: named.namespace, held: before.map(described), failed }, 'held');
}

function holdPatch({ metadata }: Labelled): MetadataPatch | undefined {
  if (metadata.deletionTimestamp !== undefined) {
    throw new Error('it is being deleted already, and a hold cannot bring it back');
  }
  return metadata.labels?.[label.hold] === 'true' ? undefined : { labels: { [label.hold]: 'true' } };
}

function described(before: StoredSnapshot): HeldSnapshot {
  const { name, pvc, isHeld } = readSnapshot(before, timeZoneOf([before]));
  return { name, pvc, wasHeld: isHeld };
}
