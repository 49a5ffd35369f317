import { hasStatus } from '../../kube/error.ts';
import { examine } from '../../kube/examine.ts';
import type { Diagnosis } from '../../core/diagnosis.ts';
import type { ProviderContext } from '../provider.ts';
import { longhornNamespace, longhornVolumes } from './resources.ts';

/** See `SnapshotProvider`. */
export function examineLonghorn({ kube, signal }: ProviderContext): Promise<readonly Diagnosis[]> {
  return examine(
    'Longhorn',
    'cluster',
    async (found) => {
      try {
        for await (const _ of kube.list(longhornVolumes, { namespace: longhornNamespace, limit: 1, signal }))
          return [found.ok('Longhorn is there, and has volumes')];
        return [found.warning('Longhorn is there, and has no volumes')];
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
        const todo = 'install it, or choose CSI snapshots';
        return [found.problem(`This cluster does not know Longhorn (${error.message})`, todo)];
      }
    },
    signal,
  );
}
