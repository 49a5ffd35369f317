import { humanBytes } from '../core/human-bytes.ts';
import { shown } from '../core/quoted.ts';
import type { Facts } from '../pods/script-output.ts';

/** Where the dumps of one check are to lie. */
export interface DumpPlace {
  readonly dumpFile: string;
  /** How a sentence names the setting that says so. */
  readonly setting: string;
  /** Whether a dump is a folder. */
  readonly isFolder?: boolean;
  readonly maximumUsedPercent: number;
  /** What the last dumps of the same databases take, as far as they are there. */
  readonly previousBytes: number;
  /** What these databases take themselves; 0 where it was not asked. */
  readonly databaseBytes: number;
  /** How a sentence names the container. */
  readonly where: string;
}

/** Those that formats need. */
const programs = ['gzip', 'zstd', 'lz4'];

/** What the facts of a check script say against the tools and the folder; one sentence each. */
export function folderProblems(facts: Pick<Facts, 'get'>, place: DumpPlace): string[] {
  const { dumpFile, setting, isFolder = false, where } = place;
  const directory = dumpFile.slice(0, dumpFile.lastIndexOf('/')) || '/';
  const missing = facts.get('missing');
  const unwritable = facts.get('unwritable');
  const program = programs.find((one) => one === facts.get('program'));
  return [
    missing &&
      `There is no ${missing.split(' ').join(', ')} in ${where}; dumps need it there, so use an image that has it`,
    program &&
      `There is no ${program} in ${where}, which ${dumpFile} needs by its name; use an image that has it, or let ${setting} end with ${otherEnding(program)}`,
    facts.get('directory') === undefined &&
      `There is no folder ${directory} in ${where}; set ${setting} to a file on the volume`,
    facts.get('there') === (isFolder ? 'file' : 'folder') &&
      `${dumpFile} is a ${facts.get('there')} in ${where}; set ${setting} to ${isFolder ? 'a name for a folder' : 'a file'}`,
    unwritable &&
      `User ${unwritable} may not write to ${directory} in ${where}; change its owner, or ${setting}`,
  ].filter((problem) => typeof problem === 'string');
}

interface Space {
  /** In bytes. */
  readonly used: number;
  readonly available: number;
  /** As df rounds it up. */
  readonly usedPercent: number;
}

function spaceOf(line: string): Space | undefined {
  // Filesystem, 1024-blocks, used, available, capacity%, mount point; the first may contain spaces.
  const numbers = /\s(\d+)\s+(\d+)\s+(\d+)\s+(\d+)%\s/.exec(`${line} `)?.slice(1).map(Number);
  if (!numbers) return undefined;
  const [, usedBlocks = 0, availableBlocks = 0, usedPercent = 100] = numbers;
  return { used: usedBlocks * 1024, available: availableBlocks * 1024, usedPercent };
}

/** Why something is given up that was being written, as the end of a sentence. */
export function tooFullWords(percent: string | undefined, maximumUsedPercent: number): string {
  return `the volume became ${shown(percent ?? '?', 3)} % full as it was written, more than the ${maximumUsedPercent} % of ⟪maximumUsed⟫; free some space or enlarge the volume`;
}

/** What is no reason to refuse. */
export function placeWarnings(facts: Pick<Facts, 'get'>, place: DumpPlace): string[] {
  return [...dataWarnings(facts, place), ...sizeWarnings(facts, place)];
}

/** How large a dump becomes is not known before the first one. It is compressed, but has no dead rows to leave out. */
function sizeWarnings(
  facts: Pick<Facts, 'get'>,
  { previousBytes, databaseBytes, maximumUsedPercent, dumpFile, where }: DumpPlace,
): string[] {
  const space = spaceOf(facts.get('space') ?? '');
  if (!space || previousBytes > 0) return [];
  const { used, available } = space;
  const room = Math.max(0, Math.floor(((used + available) * maximumUsedPercent) / 100) - used);
  if (databaseBytes <= room) return [];
  return [
    `There is no dump to go by of databases that take ${humanBytes(databaseBytes)} in ${where}, and the volume of ${dumpFile} has room for ${humanBytes(room)}, up to the ${maximumUsedPercent} % of ⟪maximumUsed⟫; a dump that becomes larger is given up`,
  ];
}

function dataWarnings(facts: Pick<Facts, 'get'>, { dumpFile, setting, where }: DumpPlace): string[] {
  const said = facts.get('data');
  const data = said === undefined ? undefined : shown(said);
  return data === undefined
    ? []
    : [
        `The dump ${dumpFile} in ${where} lies in the data directory of the server, ${data}, where base backups and clones copy it, too; if the volume has a place beside that, set ${setting} to it`,
      ];
}

/** Which most containers can write. */
function otherEnding(program: string): string {
  return program === 'gzip' ? '.sql' : '.sql.gz';
}

/** What they say against the space on the volume. */
export function spaceProblems(facts: Pick<Facts, 'get'>, place: DumpPlace): string[] {
  const { dumpFile, maximumUsedPercent, previousBytes, where } = place;
  const directory = dumpFile.slice(0, dumpFile.lastIndexOf('/')) || '/';
  const line = facts.get('space');
  if (line === undefined) return [];
  const space = spaceOf(line);
  if (!space) return [`The free space of ${directory} in ${where} cannot be read from: ${line}`];
  const { used, available, usedPercent } = space;
  const percentWithDump = ((used + previousBytes) / (used + available)) * 100;
  const problems: string[] = [];
  if (usedPercent > maximumUsedPercent) {
    problems.push(
      `The volume of ${directory} in ${where} is ${usedPercent} % full, more than the ${maximumUsedPercent} % of ⟪maximumUsed⟫; free some space or enlarge the volume`,
    );
  }
  if (previousBytes > available) {
    problems.push(
      `The volume of ${directory} in ${where} has ${available} bytes free, fewer than the last dump's ${previousBytes}; free some space or enlarge the volume`,
    );
  } else if (previousBytes > 0 && usedPercent <= maximumUsedPercent && percentWithDump > maximumUsedPercent) {
    problems.push(
      `With a new dump as large as the last one, ${previousBytes} bytes, beside it, the volume of ${directory} in ${where} would be ${Math.ceil(percentWithDump)} % full, more than the ${maximumUsedPercent} % of ⟪maximumUsed⟫; free some space or enlarge the volume`,
    );
  }
  return problems;
}
