/** How backups and commands are run: as processes of this machine, or however a test does it. */
export interface Runs {
  /** `backup-ns create`, with the rights of the shop's service account. */
  backUpByHand(): Promise<void>;
  /** The CronJob's Job of the night of this day, YYYY-MM-DD. Throws when it fails. */
  backUpAtNight(date: string): Promise<void>;
  /** A command, as a person who may do everything. Gives what a terminal would show. Throws when it fails. */
  command(words: readonly string[], settings?: Readonly<Record<string, string>>): Promise<string>;
}
