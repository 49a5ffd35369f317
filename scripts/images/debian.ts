import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { requireRequirements } from '../packages.ts';
import { removeFolder } from './folders.ts';
import { runIsolated } from './isolated.ts';
import { debianMirror } from './mirror.ts';
import type { RecipeTools } from './recipe.ts';

export type DebianSuite = 'bullseye' | 'bookworm' | 'trixie' | 'sid';

export interface DebianSystem {
  readonly suite: DebianSuite;
  readonly packages: readonly string[];
}

const script = join(import.meta.dirname, 'debian', 'rootfs.sh');

/** What a root file system depends on. Package versions do not count: a cached system stays until its cache is removed. */
export function debianFacts({ suite, packages }: DebianSystem): string[] {
  return [suite, ...packages, process.arch, readFileSync(script, 'utf8')];
}

/** Leaves a tar of a minimal Debian with the packages at `target`; made once by debootstrap, then kept in the cache. */
export async function debian(system: DebianSystem, target: string, tools: RecipeTools): Promise<void> {
  const folder = join(tools.cacheFolder, 'debian');
  const key = createHash('sha256').update(debianFacts(system).join('\0')).digest('hex').slice(0, 12);
  const cached = join(folder, `${system.suite}-${key}.tar`);
  if (!existsSync(cached)) await debootstrap(system, folder, cached, tools);
  await copyFile(cached, target);
}

async function debootstrap(
  system: DebianSystem,
  folder: string,
  cached: string,
  { log, signal }: RecipeTools,
): Promise<void> {
  requireRequirements([{ program: 'debootstrap', debianPackage: 'debootstrap' }]);
  const mirror = (await debianMirror(system.suite)) ?? '';
  log(
    `debootstrap ${system.suite} with ${system.packages.join(' ')}, from ${mirror || 'its default mirror'}`,
  );
  const root = join(folder, 'unfinished');
  const downloads = join(folder, `downloads-${system.suite}`);
  await removeFolder(root);
  await mkdir(root, { recursive: true });
  try {
    const packages = system.packages.join(',');
    const tar = `${cached}.unfinished`;
    await runIsolated('sh', [script, system.suite, mirror, packages, downloads, root, tar], { signal });
    await rename(tar, cached);
  } finally {
    await removeFolder(root);
  }
}
