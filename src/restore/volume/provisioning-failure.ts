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
export async function lastProvisioningFailure(
  { metadata }: Claim,
  { kube, signal }: Context,
): Promise<string | undefined> {
  const fieldSelector = `involvedObject.uid=${metadata.uid},reason=ProvisioningFailed`;
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
