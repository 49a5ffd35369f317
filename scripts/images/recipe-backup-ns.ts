import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debian, debianFacts } from './debian.ts';
import { nodeOfPackage } from './node-of-package.ts';
import { debianWith } from './recipe-debian.ts';
import type { Recipe } from './recipe.ts';

const suite = 'bookworm';

/** The product: the project's own Dockerfile over its dist/ folder. */
export function backupNs(projectFolder: string): Recipe {
  const inputs = ['Dockerfile', '.dockerignore', 'dist/backup-ns.mjs', 'dist/backup-ns.mjs.map'];
  return {
    name: 'backup-ns',
    title: 'backup-ns',
    dockerfile: join(projectFolder, 'Dockerfile'),
    inputs: inputs.map((file) => join(projectFolder, file)),
    facts: [],
    buildArguments: {},
    reference: (key) => `localhost/backup-ns/backup-ns:${key}`,
    context: () => projectFolder,
    bases: [
      { argument: 'NODE_IMAGE', recipe: node() },
      // What debian:bookworm-slim has beside the least; libatomic1 comes with Node.js.
      {
        argument: 'DEBIAN_IMAGE',
        recipe: debianWith({ suite, packages: ['tzdata'] }, 'backup-ns', 'time zones'),
      },
    ],
  };
}

function node(): Recipe {
  const folder = join(import.meta.dirname, 'node');
  const { path, version } = nodeOfPackage();
  // libatomic1 is what Node 26 needs and a minimal Debian lacks; binutils has strip.
  const system = { suite, packages: ['binutils', 'ca-certificates', 'libatomic1', 'tzdata'] } as const;
  return {
    name: 'node',
    title: `Debian ${suite} with Node.js ${version}`,
    dockerfile: join(folder, 'Dockerfile'),
    inputs: [join(folder, 'Dockerfile')],
    facts: [version, process.arch, ...debianFacts(system)],
    buildArguments: {},
    reference: (key) => `localhost/backup-ns/node:${key}`,
    bases: [],
    async context(workFolder, tools) {
      await debian(system, join(workFolder, 'rootfs.tar'), tools);
      await copyFile(path, join(workFolder, 'node'));
      return workFolder;
    },
  };
}
