import { createReadStream } from 'node:fs';
import { run } from '../../run.ts';
import type { ClusterPaths } from './paths.ts';

/** Imports a `docker save` archive; it goes in on stdin, as the node does not see every folder of the host. */
export async function importImage(paths: ClusterPaths, pid: number, imageTar: string): Promise<void> {
  const ctr = ['ctr', '--address', paths.containerdSocket, '--namespace', 'k8s.io', 'images', 'import', '-'];
  await run('nsenter', ['--target', String(pid), '--mount', '--', ...ctr], {
    input: createReadStream(imageTar),
  });
}
