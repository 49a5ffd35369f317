import { readFileSync } from 'node:fs';

const pollMs = 5;

/**
 * The high-water mark of a process's resident memory, in bytes. The kernel keeps it, so that nothing between two
 * looks is missed, except in the last milliseconds of the process's life.
 */
export function peakMemory(pid: number): { peak(): number; stop(): void } {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, highWaterMark(pid));
  };
  const timer = setInterval(look, pollMs);
  return { peak: () => peak, stop: () => clearInterval(timer) };
}

/** The most that was resident of a process until now; 0 when it has ended. */
export function highWaterMark(pid: number): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
