import { channel } from '../../src/kube/exec/channels.ts';
import type { Fault } from './fault.ts';

/** What becomes of a frame from the command: what passes of it, and how the connection ends with it. */
export interface Passage {
  readonly frame?: Buffer;
  readonly end?: 'drop' | 'close';
}

export type FrameFilter = (frame: Buffer) => Passage;

export const passAll: FrameFilter = (frame) => ({ frame });

/** Remembers how much has passed: one for each exec. */
export function frameFilter(fault: Fault | undefined): FrameFilter {
  if (fault?.kind === 'execDrop') return dropAfter(fault.afterBytes);
  if (fault?.kind === 'execTruncate') return truncateAfter(fault.bytes);
  if (fault?.kind === 'execHang') return () => ({});
  if (fault?.kind === 'execNoStatus')
    return (frame) => (frame[0] === channel.status ? { end: 'close' } : { frame });
  return passAll;
}

function dropAfter(bytes: number): FrameFilter {
  let left = bytes;
  return (frame) => {
    if (frame[0] !== channel.stdout && frame[0] !== channel.stderr) return { frame };
    const passing = frame.subarray(0, 1 + left);
    left -= passing.length - 1;
    return left === 0 ? { frame: passing, end: 'drop' } : { frame: passing };
  };
}

function truncateAfter(bytes: number): FrameFilter {
  let left = bytes;
  return (frame) => {
    if (frame[0] !== channel.stdout) return { frame };
    const passing = frame.subarray(0, 1 + left);
    left -= passing.length - 1;
    return passing.length > 1 ? { frame: passing } : {};
  };
}
