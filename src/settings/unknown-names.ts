import { nearest } from './nearest.ts';
import { isServiceLink } from './service-link.ts';
import { hasOurPrefix } from './setting.ts';
import type { Sources } from './sources.ts';

/** One sentence for each name that begins as ours do and that no command knows: a misspelt one would be a setting not made. */
export function unknownNames({ environment, knownNames: known }: Sources): string[] {
  return Object.keys(environment)
    .filter((name) => hasOurPrefix(name) && !known.has(name))
    .filter((name) => environment[name] !== '' && !isServiceLink(name, environment[name]))
    .sort()
    .map((name) => `${name} is not a setting of backup-ns; did you mean ${nearest(name, [...known])}?`);
}
