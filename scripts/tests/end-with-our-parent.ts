import { readFileSync } from 'node:fs';

const pollMilliseconds = 500;

/**
 * Ends this process by SIGKILL when whoever started it is gone, as after `kill -9` of npm. npm starts its scripts by way
 * of a shell, which outlives it: that shell's parent is looked at, too.
 */
export function endWithOurParent(): void {
  const before = ancestors();
  const timer = setInterval(() => {
    if (String(ancestors()) !== String(before)) process.kill(process.pid, 'SIGKILL');
  }, pollMilliseconds);
  timer.unref();
}

function ancestors(): number[] {
  const { ppid } = process;
  return read(ppid, 'cmdline').startsWith('sh\0-c\0') ? [ppid, parentOf(ppid)] : [ppid];
}

/** Its parent comes second after its name, which is in brackets; NaN where there is no /proc. */
function parentOf(pid: number): number {
  const stat = read(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function read(pid: number, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
