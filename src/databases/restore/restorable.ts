import { absenceWords, type DumpFile, type Inspection } from '../dump-file.ts';
import type { RestoreOf } from '../engine.ts';

/** What a dump must be like before a database is replaced by it. */
export interface Requirements {
  /** Also without a record. */
  readonly unchecked: boolean;
  readonly restore: RestoreOf;
  /** Bytes that will be written beside it. */
  readonly bytesToWrite: (file: DumpFile) => number;
}

/** What speaks against restoring it, one sentence each; or the file. `what` names it in a sentence. */
export function restorable(
  { file, absence, freeBytes }: Inspection,
  what: string,
  { unchecked, restore, bytesToWrite }: Requirements,
): { readonly found: DumpFile } | { readonly problems: readonly string[] } {
  if (!file) return { problems: [`${what} cannot be restored: ${absenceWords(absence)}`] };
  const isForeign = file.packing === 'archive' && !restore.takesArchives;
  const problems = [
    ...(isForeign ? foreignProblems(what) : endingProblems(file, what)),
    ...recordProblems(file, what, unchecked),
    ...restore.problems(file.matching, what),
    ...spaceProblems(bytesToWrite(file), freeBytes, what),
  ];
  return problems.length > 0 ? { problems } : { found: file };
}

function endingProblems({ ending, trouble }: DumpFile, what: string): string[] {
  switch (ending) {
    case 'complete':
      return [];
    case 'cut':
      return [`${what} is not a whole dump: it does not end as one does; take another`];
    case 'damaged':
      return [`${what} is damaged: it cannot be read${trouble && ` (${trouble})`}; take another`];
    case 'unknown':
      return [
        `${what} cannot be restored: there is no ${trouble} in the container, which reads it; download it, and give it as ⟪file⟫ from here, or use an image that has ${trouble}`,
      ];
  }
}

function foreignProblems(what: string): string[] {
  return [`${what} is an archive of pg_dump, of PostgreSQL; take a dump of this server`];
}

function recordProblems({ recorded, sha256 }: DumpFile, what: string, unchecked: boolean): string[] {
  if (recorded === sha256 || (recorded === undefined && unchecked)) return [];
  return recorded === undefined
    ? [`${what} has no record to check it against; take it as it is with ⟪unchecked⟫`]
    : [
        `${what} is not what was recorded when it was made: its SHA-256 is ${sha256}, not ${recorded}; take another`,
      ];
}

function spaceProblems(bytes: number, freeBytes: number | undefined, what: string): string[] {
  if (freeBytes === undefined || bytes <= freeBytes) return [];
  return [
    `The volume of ${what} has ${freeBytes} bytes free, and about ${bytes} will be written to it first; free some space, or do without the dump of the present state with ⟪noSafetyDump⟫`,
  ];
}
