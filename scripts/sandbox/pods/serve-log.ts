import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 20;
const blockBytes = 64 * 1024;
const newline = 10;

export interface LogOptions {
  /** Go on until the container has ended. */
  readonly follow: boolean;
  /** Begin with this many lines from the end of what is there; with all of it when left out. */
  readonly tailLines?: number | undefined;
  readonly isRunning: () => boolean;
  readonly ended: Promise<unknown>;
  /** Whoever reads has gone: the log ends quietly. */
  readonly signal: AbortSignal;
}

/** The log of a container, as it comes. The file must exist. */
export async function* readLog(logFile: string, options: LogOptions): AsyncIterable<Buffer> {
  const { follow, tailLines, isRunning, signal } = options;
  const wake = wakeAt(options);
  await using file = await open(logFile, 'r');
  let position = tailLines === undefined ? 0 : await startOfTail(file, tailLines);
  while (!signal.aborted) {
    // Asked before the reading: what was written before the end is read after it.
    const isLast = !follow || !isRunning() || wake.aborted;
    for await (const chunk of chunksFrom(file, position)) {
      position += chunk.length;
      yield chunk;
    }
    if (isLast) return;
    await delay(pollMs, undefined, { signal: wake }).catch(() => {});
  }
}

function wakeAt({ ended, signal }: LogOptions): AbortSignal {
  const atEnd = new AbortController();
  const wake = (): void => atEnd.abort();
  ended.then(wake, wake);
  return AbortSignal.any([signal, atEnd.signal]);
}

async function* chunksFrom(file: FileHandle, start: number): AsyncIterable<Buffer> {
  for (let position = start; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function startOfTail(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat();
  if (lines === 0) return size;
  let missing = lines;
  // The last byte belongs to the last line, be it a newline or not.
  for (let end = size - 1; end > 0; end -= blockBytes) {
    const start = Math.max(0, end - blockBytes);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    for (let at = end - start; (at = lastNewline(buffer, at)) !== -1;) {
      missing--;
      if (missing === 0) return start + at + 1;
    }
  }
  return 0;
}

function lastNewline(bytes: Buffer, before: number): number {
  return before === 0 ? -1 : bytes.lastIndexOf(newline, before - 1);
}
