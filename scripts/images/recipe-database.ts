import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { databases, type DatabaseImage, type DatabaseServer } from './databases.ts';
import { debianWith } from './recipe-debian.ts';
import type { Recipe } from './recipe.ts';

const busybox = join(import.meta.dirname, 'busybox', 'only-busybox.sh');

/** A database for tests: Debian's own server of the suite that has that version. */
export function database(image: DatabaseImage): Recipe {
  const server: DatabaseServer = databases[image];
  const name = image.replace(':', '-');
  const folder = join(import.meta.dirname, server.folder);
  const dockerfile = join(folder, 'Dockerfile');
  const files = [join(folder, 'entrypoint.sh'), busybox];
  return {
    name,
    title: server.title,
    dockerfile,
    inputs: [dockerfile, ...files],
    facts: [],
    buildArguments: {
      ...server.buildArguments,
      PACKAGES: server.packages.join(' '),
      ONLY_BUSYBOX: server.busybox === undefined ? '' : 'yes',
      DEBIAN_IMAGE: `docker.io/library/debian:${server.suite}-slim`,
    },
    reference: () => `localhost/backup-ns/${image}`,
    async context(workFolder) {
      await copyFile(join(folder, 'entrypoint.sh'), join(workFolder, 'entrypoint.sh'));
      await copyFile(busybox, join(workFolder, 'only-busybox.sh'));
      return workFolder;
    },
    bases: [{ argument: 'DEBIAN_IMAGE', recipe: debianWith(server, name, server.title) }],
  };
}
