import { leavesAtRest } from '../backup/quiesce/undo-log.ts';
import type { Scope } from '../catalogue/scope.ts';
import { type Diagnosis, Examination } from '../core/diagnosis.ts';
import { quoted, shown } from '../core/quoted.ts';
import { leases } from '../kube/resources.ts';
import { durationOf, holderOf, leaseName, noteAnnotation, type Lease } from '../locks/lease.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';

/** Who holds the Leases by which backups of a namespace take turns. */
export async function examineLeases(
  scope: Scope,
  found: Examination,
  { kube, signal }: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  const now = (await kube.serverTime({ signal })).getTime();
  const fieldSelector = `metadata.name=${leaseName}`;
  const all = await Array.fromAsync(kube.list<Lease>(leases, { namespace: scope, fieldSelector, signal }));
  const own = all.filter(({ metadata }) => metadata.name === leaseName);
  const odd = own.flatMap((lease) => diagnosisOf(lease, now) ?? []);
  const held = own.filter((lease) => holderOf(lease) !== undefined).length;
  const running = held === 1 ? '1 backup is running' : `${held} backups are running`;
  return [found.ok(held === 0 ? 'No backup is running' : running), ...odd];
}

function diagnosisOf(lease: Lease, now: number): Diagnosis | undefined {
  const { namespace = '', annotations } = lease.metadata;
  const found = new Examination('lease', `${shown(namespace)}/lease/${leaseName}`);
  const holder = holderOf(lease);
  const renewed = Date.parse(lease.spec?.renewTime ?? '');
  const isSilent = holder !== undefined && !(now - renewed < durationOf(lease));
  const note = annotations?.[noteAnnotation];
  if ((isSilent || holder === undefined) && note !== undefined && leavesAtRest(note)) {
    return found.warning(
      'A backup that was killed has brought an app to rest, and nobody has woken it',
      'the next backup wakes it; make one now: backup-ns create --job',
    );
  }
  if (isSilent) {
    const what = `${quoted(holder)} holds it and has been silent since ${shown(lease.spec?.renewTime ?? 'ever')}; it was killed, or has lost the API server`;
    return found.warning(what, 'the next backup takes it over by itself');
  }
  return undefined;
}
