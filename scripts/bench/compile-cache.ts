import { join } from 'node:path';
import { measure } from './measure.ts';

/** The environment with a compile cache that was filled as the image's is: by a run of `--help`. */
export async function compileCache(
  command: string,
  folder: string,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const env = { NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
  await measure(process.execPath, [command, '--help'], { env, signal });
  return env;
}
