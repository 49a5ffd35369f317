import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { sentence } from '../core/quoted.ts';
import { named } from './database.ts';
import type { Packing } from './dump-format.ts';
import type { DumpTraits } from './engine.ts';
import { runScript } from './run-script.ts';
import type { Facts } from '../pods/script-output.ts';
import { inspectScript } from './scripts/dump-file.ts';
import type { Container } from '../pods/pod.ts';

/** A dump file, or folder, in the database's container, read to its end. */
export interface DumpFile {
  readonly path: string;
  /** Of pg_dump's directory format. */
  readonly isFolder: boolean;
  /** `archive`: of pg_dump, in one file; its own format, or a tar. */
  readonly packing: Packing | 'archive' | 'folder';
  readonly bytes: number;
  readonly sha256: string;
  /** The digest of its record, `<path>.sha256`; undefined when there is none, '' when it is empty. */
  readonly recorded: string | undefined;
  /**
   * `damaged`: its compression cannot be read; `cut`: it does not end as a dump does; `unknown`: the container does not have
   * the program that reads it.
   */
  readonly ending: 'complete' | 'cut' | 'damaged' | 'unknown';
  /** What is wrong with a damaged one, in the words of who read it; or the program that there is not. */
  readonly trouble: string;
  readonly ageSeconds: number;
  /** How many lines match each of the patterns. */
  readonly matching: readonly number[];
}

/** What is in the place of a dump file. */
export interface Inspection {
  readonly file: DumpFile | undefined;
  /** Why there is none; undefined where there is one, and where it was not said. */
  readonly absence: Absence | undefined;
  /** Free bytes of its folder; undefined when they cannot be read. */
  readonly freeBytes: number | undefined;
}

/** What is there instead of a dump: nothing, a folder of other things, or a file that this user may not read. */
export type Absence =
  | { readonly state: 'missing' | 'folder' }
  | { readonly state: 'unreadable'; readonly user: string };

/** As the end of a sentence. */
export function absenceWords(absence: Absence | undefined): string {
  switch (absence?.state) {
    case 'missing':
      return 'it is not there';
    case 'folder':
      return 'it is a folder';
    case 'unreadable':
      return `user ${absence.user} may not read it`;
    case undefined:
      return 'it cannot be read';
  }
}

export type BelievedRecord = 'believed' | 'proven later';

const belief: Readonly<Record<BelievedRecord, string>> = { believed: 'yes', 'proven later': 'later' };

const endings = ['complete', 'cut', 'damaged', 'unknown'] as const;
const packings = ['plain', 'gzip', 'zstd', 'lz4', 'archive'] as const;

/**
 * Reads the file to its end, there; its compression is not undone where its `record` is believed and is its digest. With `proven
 * later` it is not read at all when there is a record: the digest is the record's. Throws KubeError, or UserError 'preflight' when the container cannot tell.
 */
export async function inspectDumpFile(
  container: Container,
  path: string,
  { closing, patterns, record }: DumpTraits & { readonly record?: BelievedRecord },
  context: Context,
): Promise<Inspection> {
  const args = [path, record === undefined ? '' : belief[record], closing, ...patterns];
  const { exitCode, facts, words } = await runScript(
    { script: inspectScript, args, secret: '', container },
    context,
  );
  if (exitCode !== 0 || !facts.isComplete) {
    throw new UserError(
      'preflight',
      `The dump ${path} in ${named(container)} cannot be looked at: ${words || `exit status ${exitCode}`}`,
    );
  }
  return { file: fileOf(path, facts, words), absence: absenceOf(facts), freeBytes: freeBytesOf(facts) };
}

function fileOf(path: string, facts: Facts, words: string): DumpFile | undefined {
  const [bytes, sha256] = [facts.get('bytes'), facts.get('sha256')];
  if (bytes === undefined || sha256 === undefined) return undefined;
  const ending = endings.find((one) => one === facts.get('ending')) ?? 'damaged';
  return {
    path,
    isFolder: facts.get('folder') !== undefined,
    packing: packings.find((one) => one === facts.get('packing')) ?? 'folder',
    bytes: Number(bytes),
    sha256,
    recorded: facts.get('recorded'),
    ending,
    trouble: sentence(ending === 'unknown' ? facts.get('program') : words) ?? '',
    ageSeconds: Number(facts.get('now')) - Number(facts.get('modified')),
    matching: facts.all('matching').map(Number),
  };
}

function absenceOf(facts: Facts): Absence | undefined {
  const user = facts.get('unreadable');
  if (user !== undefined) return { state: 'unreadable', user };
  if (facts.get('folder') !== undefined) return { state: 'folder' };
  return facts.get('missing') === undefined ? undefined : { state: 'missing' };
}

function freeBytesOf(facts: Facts): number | undefined {
  const available = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(`${facts.get('space') ?? ''} `)?.[1];
  return available === undefined ? undefined : Number(available) * 1024;
}
