import { runFlock } from './flock-program.ts';
import { closeLockFile, isStillAt, openLockFile, writeHolder, type LockFile } from './lock-file.ts';
import type { HeldLock, LockMethod } from './lock-method.ts';

/** Kernel locks, as the shell-script jobs of a node take them: gone with the process that holds them. */
export function flockMethod(describeHolder: () => string): LockMethod {
  const attempt = async (mode: 'try' | 'wait', path: string, signal: AbortSignal) => {
    const file = await lock(mode, path, signal);
    return file && hold(file, describeHolder());
  };
  return {
    name: 'flock',
    tryAcquire: (path, signal) => attempt('try', path, signal),
    async acquire(path, signal) {
      for (;;) {
        const held = await attempt('wait', path, signal);
        if (held) return held;
      }
    },
  };
}

/** `undefined` when another holds it, or when the file was removed while we waited for it. */
async function lock(mode: 'try' | 'wait', path: string, signal: AbortSignal): Promise<LockFile | undefined> {
  const file = openLockFile(path);
  let isOurs = false;
  try {
    isOurs = (await runFlock(mode, file.fd, signal)) && isStillAt(path, file.fd);
    return isOurs ? file : undefined;
  } finally {
    if (!isOurs) closeLockFile(file);
  }
}

function hold(file: LockFile, holder: string): HeldLock {
  let isHeld = true;
  writeHolder(file, holder);
  return {
    async release() {
      if (!isHeld) return;
      isHeld = false;
      writeHolder(file, '');
      closeLockFile(file);
    },
  };
}
