import type { Context } from '../../context.ts';
import { problem, type Finding } from '../../core/finding.ts';
import { hasStatus } from '../../kube/error.ts';
import type { KubeObject } from '../../kube/object.ts';
import { persistentVolumeClaims } from '../../kube/resources.ts';
import type { WantedGroup } from '../provider.ts';
import { chooseClass, groupClass, type SnapshotClass } from './class.ts';
import { groupApi, groupVersions, type GroupApi } from './group-api.ts';
import type { CsiVolume } from './find-volumes.ts';

/** How the volumes of a backup are snapshotted as one group. */
export interface GroupPlan {
  readonly api: GroupApi;
  readonly snapshotClass: SnapshotClass;
  readonly selector: WantedGroup['selector'];
}

/**
 * Finds out how the volumes can be snapshotted as the group that the settings ask for. Undefined, with a warning, where the
 * cluster has not what it takes: a backup of several snapshots is better than none.
 */
export async function planGroup(
  namespace: string,
  volumes: readonly CsiVolume[],
  { selector, className }: WantedGroup,
  context: Context,
): Promise<Finding<GroupPlan | undefined>> {
  const mismatch = await selectionProblem(namespace, volumes, selector, context);
  if (mismatch !== undefined) return problem(mismatch);
  const [driver = '', ...others] = new Set(volumes.map(({ snapshotClass }) => snapshotClass.driver));
  if (others.length > 0) return problem(severalDrivers(namespace, volumes));
  const parallel = (reason: string): Finding<undefined> => {
    context.log.warn({ namespace, reason }, 'no group snapshot is possible, making snapshots in parallel');
    return { found: undefined };
  };
  const served = await findClasses(context);
  if (!served) return parallel('the cluster does not serve groupsnapshot.storage.k8s.io');
  const chosen = chooseClass(served.classes, driver, className, groupClass);
  if ('found' in chosen) return { found: { api: served.api, snapshotClass: chosen.found, selector } };
  return className === undefined ? parallel(chosen.problems.join('; ')) : chosen;
}

/** The API server says 404 of a version that it does not serve. */
async function findClasses({
  kube,
  signal,
}: Context): Promise<{ api: GroupApi; classes: readonly KubeObject[] } | undefined> {
  for (const version of groupVersions) {
    const api = groupApi(version);
    try {
      return { api, classes: await Array.fromAsync(kube.list(api.classes, { signal })) };
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
  return undefined;
}

/** The storage snapshots what the labels select, whatever the list of PVCs says: both must mean the same. */
async function selectionProblem(
  namespace: string,
  volumes: readonly CsiVolume[],
  selector: WantedGroup['selector'],
  { kube, signal }: Context,
): Promise<string | undefined> {
  const labelSelector = Object.entries(selector)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  const claims = await Array.fromAsync(
    kube.list(persistentVolumeClaims, { namespace, labelSelector, signal }),
  );
  const wanted = new Set(volumes.map(({ pvc }) => pvc));
  const selected = new Set(claims.map(({ metadata }) => metadata.name ?? ''));
  const missing = [...wanted.difference(selected)];
  const tooMany = [...selected.difference(wanted)];
  if (missing.length + tooMany.length === 0) return undefined;
  const parts = [
    ...(missing.length > 0 ? [`PVC ${quoted(missing)} of ⟪pvcs⟫ does not have these labels`] : []),
    ...(tooMany.length > 0 ? [`PVC ${quoted(tooMany)} has them and is not in ⟪pvcs⟫`] : []),
  ];
  return `⟪groupSelector⟫ is '${labelSelector}', but in namespace '${namespace}' ${parts.join(', and ')}; change the labels or the settings until both mean the same PVCs`;
}

function severalDrivers(namespace: string, volumes: readonly CsiVolume[]): string {
  const ofDrivers = volumes.map(({ pvc, snapshotClass }) => `'${pvc}' is of ${snapshotClass.driver}`);
  return `⟪groupSelector⟫ asks for one group snapshot of PVCs in namespace '${namespace}' that are of several CSI drivers: ${ofDrivers.join(', ')}; leave it out, or put only PVCs of one driver into ⟪pvcs⟫`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' and ');
}
