import { apply, type Testbed } from '../../scripts/testbed.ts';
import type { SnapshotContent } from './stored-snapshots.ts';
import { getJson } from './support.ts';

const prefix = 'backup-ns.sh/';

/** A snapshot as an earlier backup would have left it, with the days, weeks and months that it stands for. */
export interface DatedSnapshot {
  readonly namespace: string;
  readonly name: string;
  readonly claim: string;
  readonly className: string;
  readonly tiers: Readonly<Record<string, string>>;
}

/** Makes it, waits until it is ready, and gives the handle that the storage knows it by. */
export async function makeDated(bed: Testbed, snapshot: DatedSnapshot): Promise<string> {
  const { namespace, name } = snapshot;
  const kubectl = (...args: string[]) => bed.kubectl(['-n', namespace, ...args]);
  await apply(bed, manifestOf(snapshot));
  const isReady = '--for=jsonpath={.status.readyToUse}=true';
  await kubectl('wait', isReady, `volumesnapshot/${name}`, '--timeout=60s');
  const path = '-o=jsonpath={.status.boundVolumeSnapshotContentName}';
  const content = await kubectl('get', 'volumesnapshot', name, path);
  const { status } = await getJson<SnapshotContent>(bed, ['get', 'volumesnapshotcontent', content]);
  return status?.snapshotHandle ?? '';
}

function manifestOf({ namespace, name, claim, className, tiers }: DatedSnapshot): object {
  const labels = { pvc: claim, type: 'adhoc', retain: 'daily_weekly_monthly', ...tiers };
  const named = Object.entries(labels).map(([label, value]) => [`${prefix}${label}`, value]);
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { namespace, name, labels: Object.fromEntries(named) as object },
    spec: { volumeSnapshotClassName: className, source: { persistentVolumeClaimName: claim } },
  };
}
