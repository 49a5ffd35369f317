import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireRequirements } from '../packages.ts';
import { run } from '../run.ts';
import type { Recipe } from './recipe.ts';

const folder = join(import.meta.dirname, 'pause');
const sources = ['Dockerfile', 'go.mod', 'main.go'].map((file) => join(folder, file));

/** The container that holds a pod's namespaces: one static Go program. The tag is fixed, as containerd's configuration names it. */
export const pause: Recipe = {
  name: 'pause',
  title: 'pause',
  dockerfile: join(folder, 'Dockerfile'),
  inputs: sources,
  facts: [process.arch],
  buildArguments: {},
  reference: () => 'localhost/backup-ns/pause:1',
  bases: [],
  async context(workFolder, { signal }) {
    requireRequirements([{ program: 'go', debianPackage: 'golang-go' }]);
    await run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', join(workFolder, 'pause'), '.'], {
      cwd: folder,
      env: { CGO_ENABLED: '0', GOOS: 'linux', GOWORK: 'off' },
      signal,
    });
    await copyFile(join(folder, 'Dockerfile'), join(workFolder, 'Dockerfile'));
    return workFolder;
  },
};
