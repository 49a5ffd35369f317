import type { Labelled } from './stored.ts';
import { annotation } from './labels.ts';

/** RFC 3339 in UTC, as this tool writes it. */
const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** When `mark-and-delete` gave it its date, in milliseconds since 1970; NaN when it is not to be read, undefined without. */
export function markedAtOf({ metadata }: Labelled): number | undefined {
  const text = metadata.annotations?.[annotation.markedAt];
  if (text === undefined) return undefined;
  return written.test(text.slice(0, 40)) ? Date.parse(text) : Number.NaN;
}
