import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { harmless } from '../core/terminal-text.ts';

/** Where the kubelet looks for the last words of a container, which it shows as the message of its pod. */
const kubeletsPath = '/dev/termination-log';

/** More it does not read. */
const maximumBytes = 4096;

/**
 * Leaves a sentence as the message of our pod: the end of the log, which the kubelet would take else, may be the middle of a
 * long result. Where there is no such file, none is made. Never throws.
 */
export function leaveTerminationMessage(message: string, path = kubeletsPath): void {
  const { O_WRONLY, O_TRUNC, O_NONBLOCK } = constants;
  try {
    const file = openSync(path, O_WRONLY | O_TRUNC | O_NONBLOCK);
    try {
      writeSync(file, beginningOf(harmless(message.replaceAll('\n', '; '))));
    } finally {
      closeSync(file);
    }
  } catch {
    // Not in a container of Kubernetes; the log has it all the same.
  }
}

/** No half character at its end. */
function beginningOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length <= maximumBytes) return bytes;
  let end = maximumBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
