import type { DatabaseChoice } from './database-choice.ts';
import type { Database, Engine } from './database.ts';

/**
 * What the commands for use by hand know of an engine: names, and scripts for the database's container. All scripts take
 * the arguments of the connection first, and the secret as the first line of stdin.
 */
export interface HandTools {
  readonly engine: Engine;
  /** For sentences: `PostgreSQL`. */
  readonly title: string;
  /** Of the settings that a sentence speaks of: `BAK_DB_POSTGRES`. */
  readonly prefix: string;
  readonly connection: { readonly args: readonly string[]; readonly secret: string };
  readonly dumpFile: string;
  /** Whether the dump of a database is a folder. */
  readonly isFolder: boolean;
  readonly choice: DatabaseChoice;
  /** A file that is dumped besides those of the databases, and what its last 1000 bytes contain. */
  readonly globals: { readonly path: string; readonly closing: string } | undefined;
  /** Of the scripts, each takes kind and value of the database (see `choiceArguments`) behind the connection. */
  readonly scripts: { readonly shell: string; readonly info: string; readonly restore: string };
  /** The version in what the dump tool says of itself. */
  versionOf(said: string): string;
  readonly dumps: DumpTraits;
  readonly restoring: RestoreTraits;
  /** What dumps this database, to this file of the container, with the machinery of `create`. */
  database(changes: DumpChanges): Database;
}

export interface DumpChanges {
  readonly dumpFile?: string;
  readonly choice?: DatabaseChoice;
  readonly maximumUsedPercent: number;
}

/** How a dump is told to be whole, and what in it matters to a restore. */
export interface DumpTraits {
  /** What its last 1000 bytes contain. */
  readonly closing: string;
  /** Of grep; how many lines match each of them is what `RestoreTraits` judge by. */
  readonly patterns: readonly string[];
}

export interface RestoreTraits {
  /** One sentence each about a dump that cannot be restored, by the number of lines that match each pattern. */
  problems(matching: readonly number[], where: string): readonly string[];
  /** For the engine's part of the script. */
  arguments(dump: { readonly isFolder: boolean; readonly matching: readonly number[] }): readonly string[];
  /** What a failure leaves, in words. */
  readonly afterFailure: string;
  /** What the client said that is worth repeating: not the rows of a statement, for example. */
  essence(words: string): string;
  /** A hint to the tool's own words on what went wrong, if there is one. */
  hint(words: string): string | undefined;
}
