import type { Packing } from '../dump-format.ts';

/** What a dump is by its first bytes. What is not known is `plain`: SQL has no sign of its own. */
export type Recognised =
  | { readonly packing: Packing }
  /** Of pg_dump, in one file: its own format, or a tar. */
  | { readonly packing: 'archive' }
  /** The end of a sentence: what it is, and what to do. */
  | { readonly problem: string };

/** How many bytes tell what it is. */
export const tellingBytes = 512;

/** By content, never by name. */
export function recognise(start: Buffer): Recognised {
  const packing = packings.find(({ magic }) => startsWith(start, magic))?.packing;
  if (packing) return { packing };
  if (start.toString('latin1', 0, 5) === 'PGDMP') return { packing: 'archive' };
  const foreign = foreigners.find(({ magic }) => startsWith(start, magic));
  if (foreign) return { problem: foreign.problem };
  return start.toString('latin1', 257, 262) === 'ustar' ? recogniseTar(start) : { packing: 'plain' };
}

/** RFC 1952, RFC 8878 with its skippable frames, and lz4_Frame_format.md with the legacy one. */
const packings: readonly { readonly magic: string; readonly packing: Packing }[] = [
  { magic: '1f8b', packing: 'gzip' },
  { magic: '28b52ffd', packing: 'zstd' },
  { magic: '502a4d18', packing: 'zstd' },
  { magic: '04224d18', packing: 'lz4' },
  { magic: '02214c18', packing: 'lz4' },
];

const utf16 = 'is UTF-16, as > of PowerShell writes it; make the dump with --file, or in another shell';
const foreigners: readonly { readonly magic: string; readonly problem: string }[] = [
  { magic: 'fd377a585a00', problem: 'is compressed by xz; decompress it first: xz -d' },
  { magic: '425a68', problem: 'is compressed by bzip2; decompress it first: bzip2 -d' },
  { magic: '504b0304', problem: 'is a zip; unzip it first' },
  { magic: '377abcaf271c', problem: 'is compressed by 7-Zip; decompress it first' },
  { magic: 'fffe', problem: utf16 },
  { magic: 'feff', problem: utf16 },
];

function startsWith(start: Buffer, magic: string): boolean {
  const bytes = Buffer.from(magic, 'hex');
  return start.subarray(0, bytes.length).equals(bytes);
}

/** Its first member tells: pg_dump begins with its table of contents. */
function recogniseTar(start: Buffer): Recognised {
  const [name = ''] = start.toString('latin1', 0, 100).split('\0');
  if (name === 'toc.dat') return { packing: 'archive' };
  return {
    problem:
      'is a tar of something else than one dump; unpack it, and give the dump that is in it, or copy the folder of pg_dump that is in it onto the volume, and restore it from there with the format directory',
  };
}
