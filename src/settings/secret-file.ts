import { closeSync, openSync, readSync } from 'node:fs';

const maximumBytes = 65_536;

/** Undefined when it is larger. Of a pipe too, as a shell makes them, and through links, as mounted Secrets have them. */
export function readSecretFile(path: string): string | undefined {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(maximumBytes + 1);
    let end = 0;
    for (let read = -1; read !== 0 && end < buffer.length; end += read) {
      read = readSync(fd, buffer, end, buffer.length - end, null);
    }
    return end > maximumBytes ? undefined : buffer.toString('utf8', 0, end);
  } finally {
    closeSync(fd);
  }
}
