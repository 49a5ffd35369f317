import type { LastDump } from './last-dump.ts';
import type { Protection } from './protection.ts';

/** What is to be said of one PVC; what nobody knows is not there. */
export interface StatusLine {
  readonly namespace: string;
  readonly pvc: string;
  readonly protection: Protection;
  /** Of what is protected, as far back as its backups are left; of what is not, since its last backup was too old. */
  readonly since?: Date | undefined;
  /** Those that back it up. */
  readonly cronJobs: readonly string[];
  /** The newest good one. */
  readonly lastBackup?: { readonly snapshot: string; readonly takenAt: Date } | undefined;
  readonly lastDump?: LastDump | undefined;
  readonly nextRun?: Date | undefined;
  /** The most important first. Of what is protected, they are warnings. */
  readonly problems: readonly Problem[];
}

/** Two halves of a sentence. */
export interface Problem {
  readonly what: string;
  readonly todo: string;
}

export function sentenceOf({ what, todo }: Problem): string {
  return `${what}; ${todo}`;
}
