import { rm } from 'node:fs/promises';

/** Removes a folder and all in it; retries while a process that was just killed still writes to it. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
