import type { Context } from '../../context.ts';
import { allOf, problem, type Finding } from '../../core/finding.ts';
import { quoted } from '../../core/quoted.ts';
import type { KubeObject } from '../../kube/object.ts';
import { persistentVolumes } from '../../kube/resources.ts';
import type { BoundClaim, SnapshotPlan, WantedSnapshots } from '../provider.ts';
import { takeEach } from '../taking/take-each.ts';
import { kindFor } from './kind.ts';
import { volumeLabel } from './longhorn-snapshot.ts';
import {
  longhornDriver,
  longhornNamespace,
  longhornSettings,
  longhornSnapshots,
  longhornVolumes,
} from './resources.ts';

/** In place of a class, in logs and results. */
const className = 'longhorn';

/** What Longhorn takes of a volume where nobody has set less; types/setting.go of longhorn-manager. */
const mostByDefault = 250;
/** From this share of it on, a person is told. */
const warnedShare = 0.8;

interface PlannedLonghornVolume {
  readonly claim: BoundClaim;
  /** The name of its Longhorn Volume. */
  readonly volume: string;
}

/** See `SnapshotProvider`. */
export async function plan(
  claims: readonly BoundClaim[],
  { group }: WantedSnapshots,
  context: Context,
): Promise<Finding<SnapshotPlan>> {
  if (group)
    return problem(
      'Longhorn cuts each snapshot for itself; leave out ⟪groupSelector⟫, or choose CSI snapshots',
    );
  const volumes = allOf(await Promise.all(claims.map((claim) => findVolume(claim, context))));
  if ('problems' in volumes) return volumes;
  const known = new Map(volumes.found.map(({ claim, volume }) => [claim.name, volume]));
  const kind = kindFor(known);
  return {
    found: {
      volumes: volumes.found.map(({ claim: { name: pvc, uid: pvcUid, madeAt } }) => ({
        pvc,
        pvcUid,
        madeAt,
        className,
        // It lies on the volume itself, whatever becomes of the namespace.
        deletionPolicy: '',
      })),
      method: (requests, options) => takeEach(kind, requests, options),
    },
  };
}

async function findVolume(claim: BoundClaim, context: Context): Promise<Finding<PlannedLonghornVolume>> {
  const { kube, signal } = context;
  const { namespace, name, volume: persistent } = claim;
  const pvc = `PVC '${name}' in namespace '${namespace}'`;
  const { spec } = await kube.get(persistentVolumes, { name: persistent }, { signal });
  const { csi } = (spec ?? {}) as { csi?: { driver?: unknown; volumeHandle?: unknown } };
  if (csi?.driver !== longhornDriver || typeof csi.volumeHandle !== 'string')
    return problem(
      `${pvc} is on volume '${persistent}', which is not one of Longhorn's; choose CSI snapshots for it`,
    );
  const volume = csi.volumeHandle;
  const found = await kube.find(longhornVolumes, { namespace: longhornNamespace, name: volume }, { signal });
  if (!found)
    return problem(
      `${pvc} is on Longhorn Volume ${quoted(volume)}, which is not there; see: kubectl -n ${longhornNamespace} get volumes.longhorn.io`,
    );
  return (await roomProblem(pvc, found, context)) ?? { found: { claim, volume } };
}

/** Longhorn refuses the next snapshot of a volume that has as many as it may. */
async function roomProblem(
  pvc: string,
  volume: KubeObject,
  context: Context,
): Promise<Finding<never> | undefined> {
  const { kube, signal, log } = context;
  const { name = '' } = volume.metadata;
  const selection = { namespace: longhornNamespace, labelSelector: `${volumeLabel}=${name}`, signal };
  let taken = 0;
  for await (const _ of kube.list(longhornSnapshots, selection)) taken++;
  const most = (await mostOf(volume, context)) ?? mostByDefault;
  const what = `Longhorn Volume ${quoted(name)} of ${pvc} has ${taken} snapshots, and may have ${most}`;
  const todo = 'let retain and mark-and-delete run, or delete what is not needed with: backup-ns delete';
  if (taken >= most) return problem(`${what}; ${todo}`);
  if (taken >= most * warnedShare) log.warn(`${what}; ${todo}`);
  return undefined;
}

async function mostOf({ spec }: KubeObject, { kube, signal }: Context): Promise<number | undefined> {
  const { snapshotMaxCount } = (spec ?? {}) as { snapshotMaxCount?: unknown };
  if (Number.isSafeInteger(snapshotMaxCount) && Number(snapshotMaxCount) > 0) return Number(snapshotMaxCount);
  const key = { namespace: longhornNamespace, name: 'snapshot-max-count' };
  const setting = await kube.find(longhornSettings, key, { signal });
  const { value } = (setting ?? {}) as { value?: unknown };
  return typeof value === 'string' && /^[1-9]\d{0,4}$/.test(value) ? Number(value) : undefined;
}
