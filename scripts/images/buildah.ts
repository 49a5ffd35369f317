import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { requireRequirements } from '../packages.ts';
import type { Builder } from './builder.ts';
import { runIsolated } from './isolated.ts';

const overlayTest =
  'mkdir -p "$1/lower" "$1/upper" "$1/work" "$1/merged" && mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/merged"';

/**
 * Builds without a daemon and without a registry; its store is in the cache folder, its temporary files in the work folder.
 * Where the kernel can stack file systems (overlay) a build takes half the time of one that copies them (vfs).
 */
export async function openBuildah(
  cacheFolder: string,
  workFolder: string,
  signal: AbortSignal,
): Promise<Builder> {
  requireRequirements([{ program: 'buildah', debianPackage: 'buildah' }]);
  const driver = (await canOverlay(join(workFolder, 'overlay'), signal)) ? 'overlay' : 'vfs';
  const store = ['--storage-driver', driver, '--root', join(cacheFolder, `store-${driver}`)];
  const temporary = join(workFolder, 'temporary');
  await mkdir(temporary, { recursive: true });
  const buildah = (...args: string[]): Promise<string> =>
    runIsolated('buildah', [...store, '--runroot', join(workFolder, 'run'), ...args], {
      env: { TMPDIR: temporary, BUILDAH_ISOLATION: 'chroot' },
      signal,
    });
  // A build that was killed leaves its working container in the store.
  await buildah('rm', '--all');

  const list = async (prefix: string): Promise<string[]> => {
    const all = await buildah('images', '--format', '{{.Name}}:{{.Tag}}');
    return all.split('\n').filter((line) => line.startsWith(prefix));
  };
  const has = async (reference: string): Promise<boolean> => (await list(reference)).includes(reference);
  return {
    hasRegistry: false,
    has,
    list,
    async build({ reference, dockerfile, context, buildArguments }) {
      const pairs = Object.entries(buildArguments).flatMap(([name, value]) => [
        '--build-arg',
        `${name}=${value}`,
      ]);
      const how = ['--isolation', 'chroot', '--network', 'host', '--layers=false', '--pull-never'];
      await buildah('bud', ...how, '--file', dockerfile, '--tag', reference, ...pairs, context);
    },
    async save(reference, tar) {
      await buildah('push', '--quiet', reference, `docker-archive:${tar}:${reference}`);
    },
    async remove(reference) {
      if (await has(reference)) await buildah('rmi', '--force', reference);
    },
  };
}

async function canOverlay(folder: string, signal: AbortSignal): Promise<boolean> {
  try {
    await runIsolated('sh', ['-ceu', overlayTest, 'sh', folder], { signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
