import { knownNames } from '../../src/cli/known-settings.ts';
import { readSecretFile } from '../../src/settings/secret-file.ts';
import type { Sources } from '../../src/settings/sources.ts';

/** Sources as main would make them on a node with 4 CPUs. */
export function sourcesOf(environment: Sources['environment'], flags: Sources['flags'] = {}): Sources {
  return { environment, flags, machine: { cpus: 4 }, knownNames, readFile: readSecretFile };
}
