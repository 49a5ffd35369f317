import { integer } from '../settings/formats.ts';
import { optionalSetting, setting } from '../settings/setting.ts';

/** How the bytes of a dump file are packed, which its name says. */
export type Packing = 'plain' | 'gzip' | 'zstd' | 'lz4';

/** What a name ends with, and how far the level of its programs goes. */
const packed = [
  { packing: 'gzip', ending: '.gz', highestLevel: 9 },
  { packing: 'zstd', ending: '.zst', highestLevel: 19 },
  { packing: 'lz4', ending: '.lz4', highestLevel: 12 },
] as const;

/** By the name of the file. The scripts have the same, see `formats.ts`. */
export function packingOf(path: string): Packing {
  return packed.find(({ ending }) => path.endsWith(ending))?.packing ?? 'plain';
}

/** What the name of a file of that packing ends with. */
export function endingOf(packing: Packing): string {
  return packed.find((one) => one.packing === packing)?.ending ?? '';
}

/** Whether it is a name for a file of SQL, and not for a folder. */
export function isNamedAsFile(path: string): boolean {
  return path.endsWith('.sql') || packingOf(path) !== 'plain';
}

/** How hard a dump is compressed, and on how many CPUs at most: no more than its container may use. */
export interface Compression {
  readonly level: number;
  readonly threads: number;
}

/** More of them would wait for the tool, which makes the dump on one. */
const usefulThreads = 4;

export const compressionLevel = (prefix: string) =>
  setting(
    `${prefix}_COMPRESSION_LEVEL`,
    integer(1, 19),
    '1',
    'How hard the dump is compressed: 1 is the fastest; up to 9 for .gz, 12 for .lz4, 19 for .zst',
  );

export const compressionThreads = (prefix: string) =>
  optionalSetting(
    `${prefix}_COMPRESSION_THREADS`,
    integer(1, 64),
    `On how many CPUs the dump is compressed, where the program can do that (default: those that the container may use, up to ${usefulThreads})`,
  );

export function compressionOf(level: number, threads: number | undefined): Compression {
  return { level, threads: threads ?? usefulThreads };
}

/** What `PREFIX_DUMP_FILE` and `PREFIX_COMPRESSION_LEVEL` do not go together in; one sentence each. */
export function checkCompression(prefix: string, dumpFile = '', level = 1): string[] {
  const foreign = /\.(?:xz|bz2|zip|7z|br|lzma|zstd|tgz|tar)$/.exec(dumpFile)?.[0];
  if (foreign !== undefined)
    return [
      `${prefix}_DUMP_FILE ends with ${foreign} (${dumpFile}), which no dump is written as; let it end with .sql.gz, .sql.zst, .sql.lz4 or .sql`,
    ];
  const packing = packed.find(({ ending }) => dumpFile.endsWith(ending));
  return packing && level > packing.highestLevel
    ? [
        `${prefix}_COMPRESSION_LEVEL is ${level}, and the highest for a file that ends with ${packing.ending} is ${packing.highestLevel}`,
      ]
    : [];
}
