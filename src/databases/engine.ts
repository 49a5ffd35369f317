import type { DatabaseChoice } from './database-choice.ts';
import type { Compression, Packing } from './dump-format.ts';
import type { DatabaseFile } from './dump-files.ts';
import type { Facts } from '../pods/script-output.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';
import type { SettingsSchema, SettingsTable } from '../settings/schema.ts';
import { settingName } from '../settings/setting-name.ts';
import type { Setting } from '../settings/setting.ts';

/**
 * A kind of database server: PostgreSQL, for example. An engine is data and pure functions: its settings, constant scripts
 * for the database's own container, what these are told, and what to make of their answers. What runs them is the same
 * for all engines, and an engine knows nothing of the cluster.
 *
 * To add one: a folder with such an object and its settings, and one line in `engines.ts`. What it must do then is said, and
 * tested against a real server, by `test/databases/engine-suite.ts`.
 */
export interface Engine {
  /** In records, metrics and logs, and the word of its commands: `postgres`. Small letters. */
  readonly name: string;
  /** In sentences: `PostgreSQL`. */
  readonly title: string;
  /** Everything that it stands for: `MySQL or MariaDB`. */
  readonly products: string;
  /** What a server that says this of its version is: `MariaDB`. */
  productOf(serverVersion: string): string;
  /** Whether `create` dumps it. In the table of `create` its key is the engine's name. */
  readonly wanted: Setting<boolean>;
  /** Where the server is, how to log in, and what is dumped. Keys begin with the engine's name, see `keyOf`. */
  readonly settings: SettingsSchema<SettingsTable, DatabaseServer>;
  /** What `--help` says of how it restores, and of what a failed restore leaves. */
  readonly restoreHelp: string;
  /** Whether it also restores into a new database, which then takes the place of the old one. */
  readonly restoresBeside?: boolean;
  /** Whether it tries a dump in a new database, which is dropped again, before it restores in place what it could not take back. */
  readonly triesFirst?: boolean;
}

/** What every engine has a setting for. */
export type CommonSetting =
  | 'ExecResource'
  | 'ExecContainer'
  | 'DumpFile'
  | 'Databases'
  | 'MaximumLag'
  | 'LockTimeout';

/** Its key in the engine's table: `postgresDumpFile`. */
export function keyOf(engine: string, setting: CommonSetting): string {
  return `${engine}${setting}`;
}

/** What a sentence tells the user to change when there is no such pod or container. */
export function podSettings({ engine }: Pick<DatabaseServer, 'engine'>) {
  return {
    resource: settingName(keyOf(engine, 'ExecResource')),
    container: settingName(keyOf(engine, 'ExecContainer')),
  };
}

/** One database server, as the settings describe it, and all that can be done with its databases. */
export interface DatabaseServer {
  /** The name and title of its engine. */
  readonly engine: string;
  readonly title: string;
  /** What it runs in. */
  readonly execResource: ExecResource;
  readonly container: string;
  /** In that container, absolute. Of one database it is the dump; those of several lie beside it, see `dump-files.ts`. */
  readonly dumpFile: string;
  /** Whether the dump of a database is a folder. */
  readonly isFolder: boolean;
  readonly choice: DatabaseChoice;
  /** A file that is dumped besides those of the databases, and what its last 1000 bytes contain. */
  readonly globals: { readonly path: string; readonly closing: string } | undefined;
  readonly compression: Compression;
  /** What is dumped besides of each database, and is none of its content; undefined where there is no such thing. */
  readonly properties?: PropertiesOf;
  readonly connection: Connection;
  readonly check: CheckOf;
  readonly dump: DumpOf;
  readonly info: InfoOf;
  readonly restore: RestoreOf;
  /** Becomes the database's own client. Takes the connection, then kind and value of the database. */
  readonly shell: { readonly script: string };
  /** The same server, of which one database, or others, are dumped to another file, and nothing besides. */
  with(changes: { readonly dumpFile: string; readonly choice: DatabaseChoice }): DatabaseServer;
}

/** Of a database as a whole, such as its owner, its rights and its settings. */
export interface PropertiesOf {
  /** The file of this dump; undefined where there can be none. */
  pathOf(dump: DatabaseFile): string | undefined;
  /** What its last 1000 bytes contain. */
  readonly closing: string;
}

/** How a script connects. All scripts take `args` first, and the secret as the first line of stdin. */
export interface Connection {
  readonly args: readonly string[];
  /** The password where it is text of our own settings; '' where the script finds it in the container. */
  readonly secret: string;
  /** For sentences: `127.0.0.1:5432`. */
  readonly address: string;
  /** The keys of the settings that are to be looked at when the server refuses it. */
  readonly settings: readonly string[];
}

export interface CheckOf {
  /** Made by `composeCheck`. Changes nothing. */
  readonly script: string;
  /** Behind the connection, before what every check takes. */
  readonly args: readonly string[];
  /** How far a replica may be behind to be dumped; undefined of an engine that has none. */
  readonly maximumLagSeconds?: number;
  /** What speaks against dumps of these databases besides the tools, the folder, the space and the choice of databases. */
  judge(facts: Pick<Facts, 'get' | 'all'>, databases: readonly string[], where: string): Judgement;
}

export interface Judgement {
  /** One sentence each; none when a dump can be made. */
  readonly problems: readonly string[];
  /** One sentence each: to be said, but no reason to refuse. */
  readonly warnings: readonly string[];
  /** Of the tool that makes the dumps; undefined when it does not say. */
  readonly toolVersion: string | undefined;
}

export interface DumpOf extends DumpTraits {
  /** Made by `composeDump`: old dumps stay as they are until all new ones are proven. */
  readonly script: string;
  /** Behind the connection, before those of the parts. */
  readonly args: readonly string[];
  /** How long it may wait for a lock, Infinity for no limit; undefined of an engine that has no locks. */
  readonly lockTimeoutSeconds?: number;
  /** The files to be made of these databases, at least one. */
  parts(databases: readonly string[]): readonly Part[];
}

/** How a dump is told to be whole, and what in it matters to a restore. */
export interface DumpTraits {
  /** What its last 1000 bytes contain. */
  readonly closing: string;
  /** Of grep; how many lines match each of them is what `RestoreOf` judges by. */
  readonly patterns: readonly string[];
}

/** One file to be made, as the engine's script takes it. */
export interface Part {
  readonly kind: string;
  /** What the tool is told; of a database its name. */
  readonly name: string;
  /** Absent for what is no content of a database. */
  readonly database?: string;
  /** The database that this has the properties of. */
  readonly propertiesOf?: string;
  readonly path: string;
}

export interface InfoOf {
  /** Made by `composeInfo`. Takes the connection, then kind and value of the database (see `choiceArguments`). */
  readonly script: string;
  /** The version in what the dump tool says of itself. */
  versionOf(said: string): string;
}

export interface RestoreOf {
  /** Made by `composeRestore`: into the database as it is. Takes the connection, then kind and value of the database. */
  readonly script: string;
  /** Whether a dump that does not end as one does is found out by the restore, before anything has changed for good. */
  readonly provesEnding?: boolean;
  /** Whether it is PostgreSQL, and can restore what only pg_restore reads. */
  readonly takesArchives: boolean;
  /** For the engine's part of the script. */
  arguments(request: RestoreRequest): readonly string[];
  /** The same into a new database, which then takes the place of the old one; undefined where there is no such way. */
  readonly beside?: Pick<RestoreOf, 'script' | 'arguments'>;
  /** What is asked of server and dump before anything is done; undefined where there is nothing. */
  readonly preparation?: PreparationOf;
  /** One sentence each about a dump that cannot be restored, by the number of lines that match each pattern. */
  problems(matching: readonly number[], where: string): readonly string[];
  /** Whether the script says `restored=KEY` instead of `restored=yes`: its client says what the dump has it say, too. */
  readonly saysKey?: boolean;
  /** What a failure leaves, in words. */
  readonly afterFailure: string;
  /**
   * Of an engine whose restore in place is one transaction, which its script tells as `transaction=ID`: the script that is asked after
   * a failure what became of it. Takes the connection, kind and value of the database, and ID; says `outcome=aborted` when nothing of it
   * stays, or `committed`.
   */
  readonly outcomeScript?: string;
  /** What the client said that is worth repeating: not the rows of a statement, for example. */
  essence(words: string): string;
  /** A hint to the tool's own words on what went wrong, if there is one. */
  hint(words: string): string | undefined;
}

/** `beside`: into a new database, which then takes the place of the old one. */
export type RestoreWay = 'beside' | 'in-place';

/** A dump that is to be restored. */
export interface DumpToRestore {
  readonly path: string;
  readonly packing: Packing | 'archive' | 'folder';
  /** How many lines match each of the patterns. */
  readonly matching: readonly number[];
  /** Where the properties of its database lie, if they do; undefined is beside it. */
  readonly propertiesPath?: string | undefined;
}

export interface RestoreRequest {
  readonly dump: DumpToRestore;
  /** What the preparation found. */
  readonly facts: Pick<Facts, 'get' | 'all'>;
  /** A random word. */
  readonly key: string;
  /** When it began: `20261130t161200`, UTC. */
  readonly stamp: string;
  readonly searchPath: string | undefined;
  /** Whether the old database goes in the end. */
  readonly dropsOld: boolean;
  /** Whether it is tried first, see `Engine.tries`. */
  readonly tries: boolean;
}

export interface PreparationOf {
  /** Changes nothing. Takes the connection, then kind and value of the database. */
  readonly script: string;
  /** Undefined when there is nothing to be asked of a dump that is not there yet. */
  arguments(way: RestoreWay, dump: DumpToRestore | ToCome): readonly string[] | undefined;
  judge(facts: Pick<Facts, 'get' | 'all'>, about: PreparedRestore): Omit<Judgement, 'toolVersion'>;
}

/** A dump that is not there yet; the properties of its database may come with it. */
export interface ToCome {
  readonly toCome: 'alone' | 'with properties';
}

export interface PreparedRestore {
  readonly way: RestoreWay;
  /** How a sentence names the dump: `The dump /backup/dump.sql.gz`. */
  readonly what: string;
  /** How a sentence names the container. */
  readonly where: string;
  /** Whether it is to be tried first. */
  readonly tries: boolean;
}
