import { join } from 'node:path';
import { debian, debianFacts, type DebianSystem } from './debian.ts';
import type { Recipe } from './recipe.ts';

/** Stands in for docker.io/library/debian, with the packages of the image that stands on it. */
export function debianWith(system: DebianSystem, name: string, title: string): Recipe {
  const dockerfile = join(import.meta.dirname, 'debian', 'Dockerfile');
  return {
    name: `debian-${name}`,
    title: `Debian ${system.suite} with ${title}`,
    dockerfile,
    inputs: [dockerfile],
    facts: debianFacts(system),
    buildArguments: {},
    reference: (key) => `localhost/backup-ns/debian-${name}:${key}`,
    bases: [],
    async context(workFolder, tools) {
      await debian(system, join(workFolder, 'rootfs.tar'), tools);
      return workFolder;
    },
  };
}
