import { existsSync, readFileSync, readdirSync } from 'node:fs';

const hasProc = existsSync('/proc/self/stat');

/**
 * Whether anything in this process group lives. Zombies do not: an orphan waits for process 1 to bury it, which in
 * some containers never happens. Without /proc, as on a Mac, a zombie cannot be told from the living.
 */
export function hasLiving(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  return !hasProc || readdirSync('/proc').some((entry) => isLivingMember(entry, group));
}

/** False when there is no such group. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  return signalled(-group, signal);
}

/** Whether there is a process under this number. */
export function exists(pid: number): boolean {
  return signalled(pid, 0);
}

function signalled(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    // EPERM: somebody is there, and is not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isLivingMember(entry: string, group: number): boolean {
  if (!/^\d+$/.test(entry)) return false;
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
    // After the name, which may contain anything: state, parent, group.
    const [state, , memberOf] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return memberOf === String(group) && state !== 'Z' && state !== 'X';
  } catch {
    return false; // It has ended since the folder was listed.
  }
}
