import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../run.ts';
import type { ClusterPaths } from './paths.ts';

/** Imports a `docker save` archive; it goes in on stdin, as the node does not see every folder of the host. */
export async function importImage(paths: ClusterPaths, pid: number, imageTar: string): Promise<void> {
  const ctr = ['ctr', '--address', paths.containerdSocket, '--namespace', 'k8s.io', 'images', 'import', '-'];
  const once = () =>
    run('nsenter', ['--target', String(pid), '--mount', '--', ...ctr], { input: createReadStream(imageTar) });
  // On a busy machine containerd may collect a blob that it has just been given, as garbage.
  await once().catch(once);
}

/** An import reads the whole archive; one that went through before is not repeated. */
export async function loadOnce(paths: ClusterPaths, pid: number, imageTar: string): Promise<void> {
  const { size, mtimeMs } = statSync(imageTar);
  const key = createHash('sha256').update(`${imageTar} ${size} ${mtimeMs}`).digest('hex').slice(0, 16);
  const marker = join(paths.loaded, key);
  if (existsSync(marker)) return;
  await importImage(paths, pid, imageTar);
  mkdirSync(paths.loaded, { recursive: true });
  writeFileSync(marker, imageTar);
}
