import type { CreateSettings } from '../backup/settings/create.ts';
import type { Diagnosis, Examination } from '../core/diagnosis.ts';
import { quoted, shown } from '../core/quoted.ts';
import { isRecord, recordsIn } from '../kube/object.ts';
import { persistentVolumeClaims } from '../kube/resources.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';

const chooseKind = 'set locks.kind of the chart to hostPath, or to pvc, or to none';

/** Whether the folder of lock files is one that pods share; what is in it is seen by them alone. */
export async function examineLocks(
  namespace: string,
  podSpec: Readonly<Record<string, unknown>>,
  { nodeSlots }: CreateSettings,
  found: Examination,
  { kube, signal }: SnapshotContext,
): Promise<readonly Diagnosis[]> {
  if (!nodeSlots) return [found.ok('Backups on one node do not take turns')];
  const { directory } = nodeSlots;
  const volume = volumeAt(directory, podSpec);
  const where = `The folder of lock files ${shown(directory)}`;
  if (volume && isRecord(volume['hostPath'])) return [found.ok(`${where} is one of the node`)];
  const claim = isRecord(volume?.['persistentVolumeClaim'])
    ? volume['persistentVolumeClaim']['claimName']
    : undefined;
  if (typeof claim !== 'string') {
    return [found.problem(`${where} is the pod's own, so backups do not wait for each other`, chooseKind)];
  }
  const object = await kube.find(persistentVolumeClaims, { namespace, name: claim }, { signal });
  if (!object)
    return [
      found.problem(
        `${where} is on PVC ${quoted(claim)}, which is not there`,
        'make it, or set locks.claimName to another',
      ),
    ];
  const modes = isRecord(object.spec) ? object.spec['accessModes'] : undefined;
  const isShared = Array.isArray(modes) && modes.includes('ReadWriteMany');
  return [
    isShared
      ? found.ok(`${where} is on PVC ${quoted(claim)}`)
      : found.warning(
          `${where} is on PVC ${quoted(claim)}, which is not ReadWriteMany`,
          'pods of other nodes may wait for it for ever: use one that several nodes can mount',
        ),
  ];
}

/** The volume of the pod that is mounted there, or above. */
function volumeAt(
  directory: string,
  podSpec: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const mounts = recordsIn(podSpec['containers']).flatMap(({ volumeMounts }) => recordsIn(volumeMounts));
  const mount = mounts.find(({ mountPath }) => {
    const path = typeof mountPath === 'string' ? mountPath.replace(/(?<!\/)\/+$/, '') : undefined;
    return path !== undefined && (directory === path || directory.startsWith(`${path}/`));
  });
  return mount && recordsIn(podSpec['volumes']).find(({ name }) => name === mount['name']);
}
