import type { Context } from '../../context.ts';
import { KubeError } from '../../kube/error.ts';
import type { KubeObject } from '../../kube/object.ts';
import { events } from '../../kube/resources.ts';
import { sentence } from '../../core/quoted.ts';
import type { Claim } from './claim.ts';

interface Event extends KubeObject {
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { lastObservedTime?: string };
}

/** What the storage last said against the claim; undefined when it said nothing, or when its events cannot be read. */
export async function lastProvisioningFailure(claim: Claim, context: Context): Promise<string | undefined> {
  return await lastEvent(claim, 'reason=ProvisioningFailed', context);
}

/** What was last said against an object; undefined when nothing was, or when its events cannot be read. */
export async function lastWarning(object: KubeObject, context: Context): Promise<string | undefined> {
  return await lastEvent(object, 'type=Warning', context);
}

async function lastEvent(
  { metadata }: KubeObject,
  which: string,
  { kube, signal }: Context,
): Promise<string | undefined> {
  const fieldSelector = `involvedObject.uid=${metadata.uid},${which}`;
  const { namespace } = metadata;
  try {
    const found = await Array.fromAsync(kube.list<Event>(events, { namespace, fieldSelector, signal }));
    const last = found.toSorted((one, other) => (lastSeen(one) < lastSeen(other) ? -1 : 1)).at(-1);
    return sentence(last?.message);
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}

/** RFC 3339 in UTC, which sorts as time does. */
function lastSeen({ series, lastTimestamp, eventTime, metadata }: Event): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
}
