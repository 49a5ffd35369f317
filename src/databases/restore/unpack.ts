import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { tellingBytes } from './recognise.ts';

/** What this machine can undo by itself; lz4 is not among it. */
export type Unpackable = 'gzip' | 'zstd';

export function canUnpack(packing: string): packing is Unpackable {
  return packing === 'gzip' || packing === 'zstd';
}

/** Undoes it as it comes. Throws when it is damaged. */
export async function* unpacked(chunks: AsyncIterable<Buffer>, packing: Unpackable): AsyncIterable<Buffer> {
  const transform = decompression(packing);
  const done = pipeline(Readable.from(chunks), transform);
  // It is thrown below, too.
  done.catch(() => {});
  for await (const chunk of transform) yield chunk as Buffer;
  await done;
}

/** What the beginning of it begins with; of what is damaged, or too short, as much as there is. Never much. */
export async function firstUnpacked(start: Buffer, packing: Unpackable): Promise<Buffer> {
  const transform = decompression(packing);
  transform.on('error', () => {});
  transform.end(start);
  let first = Buffer.alloc(0);
  try {
    for await (const chunk of transform) {
      first = Buffer.concat([first, chunk as Buffer]);
      if (first.length >= tellingBytes) break;
    }
  } catch {
    // The start of a file is cut short itself.
  }
  return first.subarray(0, tellingBytes);
}

function decompression(packing: Unpackable): Transform {
  return packing === 'gzip' ? createGunzip() : createZstdDecompress();
}
