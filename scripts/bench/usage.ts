import { readFileSync } from 'node:fs';

/** `getconf CLK_TCK`: 100 on every Linux that Node.js runs on. */
const ticksPerSecond = 100;

export interface Usage {
  readonly cpuSeconds: number;
  readonly writtenBytes: number;
}

/**
 * What children of this process had used when they ended: Linux adds it to their parent's account then, to the byte.
 * The bytes include those that this process itself has written; the CPU time does not.
 */
export function usageOfChildren(): Usage {
  const written = /^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1];
  return { cpuSeconds: cpuOfEndedChildren('self'), writtenBytes: Number(written) };
}

/** Of the process of this number, or `self`: what its children had used when they ended, of which it has taken note. */
export function cpuOfEndedChildren(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Fields 16 and 17, counted from the state (field 3), which follows the name in brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
