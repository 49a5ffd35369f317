import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import { pods } from '../kube/resources.ts';
import type { Pod } from '../pods/pod.ts';
import type { CreateSettings } from './settings/create.ts';

/**
 * The slot of a node is there to spare that node, and a dump burdens the one of the database's pod. Where they are two, as the
 * scheduler had no other place, that is said; it is no reason to have no backup.
 */
export async function warnOfOtherNode(
  databases: readonly Pod[],
  { labels, nodeSlots }: Pick<CreateSettings, 'labels' | 'nodeSlots'>,
  context: Context,
): Promise<void> {
  const node = labels.pod === undefined ? undefined : await nodeOf(labels.pod, context);
  for (const { metadata, spec } of databases) {
    const other = spec?.nodeName;
    if (node === undefined || other === undefined || other === node) continue;
    const { name: pod, namespace } = metadata;
    const place = { namespace, pod, node: other, ownNode: node };
    if (nodeSlots)
      context.log.warn(
        place,
        'the slot is of another node than the database, which is burdened all the same',
      );
    else context.log.info(place, 'the database is on another node than this backup');
  }
}

/** In our own namespace, which need not be the one that is backed up. */
async function nodeOf(name: string, { kube, signal, log }: Context): Promise<string | undefined> {
  try {
    const pod = await kube.find<Pod>(pods, { namespace: kube.namespace, name }, { signal });
    return pod?.spec?.nodeName;
  } catch (error) {
    signal.throwIfAborted();
    log.debug({ pod: name, reason: messageOf(error) }, 'could not find out on which node this is');
    return undefined;
  }
}
