import type { Context } from '../../context.ts';
import { messageOf } from '../../core/errors.ts';
import { discardGroup } from './discard-group.ts';

/** Deletes groups whose backup is none, with their members. Resolves with a sentence for each that it could not delete. */
export async function discardGroups(
  namespace: string,
  names: readonly string[],
  reason: string,
  { kube, clock, log }: Context,
): Promise<readonly string[]> {
  const problems = await Promise.all(
    names.map(async (name) => {
      try {
        const isDiscarded = await discardGroup({ namespace, name }, reason, { kube, clock });
        const fields = { namespace, groupSnapshot: name, reason };
        if (isDiscarded) log.warn(fields, 'the group snapshot is discarded');
        else log.warn(fields, 'the group snapshot does not say that it is unfinished, it is left as it is');
        return [];
      } catch (error) {
        return [
          `VolumeGroupSnapshot '${name}' in namespace '${namespace}' could not be discarded (${messageOf(error)}); the next backup tries again`,
        ];
      }
    }),
  );
  return problems.flat();
}
