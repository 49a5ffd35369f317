import type { CreateSettings } from './settings/create.ts';

export interface BackupRequest {
  readonly settings: CreateSettings;
  /** The settings to record on the snapshot, secrets left out. */
  readonly recorded: Readonly<Record<string, string>>;
  /** Puts the names that its reader knows settings by into a sentence (see `withSettingNames`). */
  readonly withNames: (sentence: string) => string;
}
