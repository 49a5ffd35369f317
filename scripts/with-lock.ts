import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import lockfile from 'proper-lockfile';

/**
 * Runs `work` while no other process holds the lock at `path`; waits for its turn however long that takes.
 * A lock whose holder died is free after 10 s. A holder that lost its lock ends at once: its work is no longer its own.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const release = await lockfile.lock(path, {
    realpath: false,
    lockfilePath: path,
    retries: { forever: true, minTimeout: 100, maxTimeout: 1000, factor: 1.5 },
    onCompromised: (error) => {
      process.stderr.write(`The lock ${path} was lost: ${error.message}\n`);
      process.exit(1);
    },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
