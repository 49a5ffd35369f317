import type { Labelled } from './stored.ts';
import { copyOf } from '../core/quoted.ts';
import { timeZone } from '../settings/formats.ts';
import { annotation } from './labels.ts';

/** Characters: the longest zone there is has half of it. */
const maximumZone = 64;

/**
 * The zone that the dates of these snapshots are in: that of the newest which says one, UTC where none does. For a person's
 * command: the zone of a laptop is not that of the CronJobs.
 */
export function timeZoneOf(snapshots: readonly Labelled[]): string {
  const zones = snapshots
    .toSorted((one, other) => (createdAt(one) < createdAt(other) ? 1 : -1))
    .flatMap(({ metadata }) => metadata.annotations?.[annotation.timeZone] ?? []);
  return zones.find(isZone) ?? 'UTC';
}

/** The zone that a snapshot says its dates are in; undefined where it says none that there is. */
export function zoneOf({ metadata }: Labelled): string | undefined {
  const zone = metadata.annotations?.[annotation.timeZone];
  return zone !== undefined && isZone(zone) ? zone : undefined;
}

function isZone(text: string): boolean {
  return text.length <= maximumZone && 'value' in timeZone.parse(text);
}

/** All of a snapshot that `timeZoneOf` looks at, without the rest of it. */
export function zoneAlone({ metadata }: Labelled): Labelled {
  const zone = metadata.annotations?.[annotation.timeZone];
  const { creationTimestamp = '' } = metadata;
  const annotations = zone === undefined ? {} : { [annotation.timeZone]: copyOf(zone, maximumZone + 1) };
  return { metadata: { creationTimestamp, annotations } };
}

/** RFC 3339 in UTC, which sorts as time does. */
function createdAt({ metadata }: Labelled): string {
  return metadata.creationTimestamp ?? '';
}
