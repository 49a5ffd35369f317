import type { Dump } from '../databases/database.ts';
import type { Intent } from './intent.ts';

/** What `create` says at its end, on one line of JSON. */
export interface BackupResult {
  readonly namespace: string;
  /** What its snapshots have in common, as their label says. */
  readonly backup?: string | undefined;
  /** Nothing was changed: only the checks ran. */
  readonly dryRun: boolean;
  /** Of a dry run: what would be done. */
  readonly would?: Intent;
  readonly dumps: readonly Dump[];
  readonly snapshots: readonly SnapshotResult[];
  /** How long it stays, in words that complete "it stays …". */
  readonly stays?: string;
  readonly seconds: Readonly<Record<string, number>>;
}

export interface SnapshotResult {
  readonly name: string;
  readonly pvc: string;
  /** Of a member of a group, that of the group. */
  readonly className: string;
  /** The group that it is a member of. */
  readonly group?: string | undefined;
  /** False only when the settings say not to wait. */
  readonly ready: boolean;
  readonly labels: Readonly<Record<string, string>>;
}
