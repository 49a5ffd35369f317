import { succeeds } from '../run.ts';
import { openBuildah } from './buildah.ts';
import type { Builder } from './builder.ts';
import { docker } from './docker.ts';

/** Docker where it answers within 5 s, else buildah with a store of its own in the cache folder. */
export async function openBuilder(
  cacheFolder: string,
  workFolder: string,
  signal: AbortSignal,
): Promise<Builder> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  if (await succeeds('docker', ['info'], soon)) return docker(signal);
  signal.throwIfAborted();
  return openBuildah(cacheFolder, workFolder, signal);
}
