import type { DatabaseServer } from '../../src/databases/engine.ts';
import type { Credential } from '../../src/settings/credential.ts';
import type { DatabaseChoice } from '../../src/databases/database-choice.ts';

/** What is asked of one engine's settings. */
export interface Wish {
  readonly dumpFile: string;
  readonly databases: DatabaseChoice;
  readonly user: Credential;
  readonly password: Credential;
}

/** A real server that a test may fill, crash and load dumps into. One that other files have after it is not disposed of. */
export interface EngineServer extends Partial<AsyncDisposable> {
  /**
   * Of the database's container: PATH with the engine's programs, and in TEST_USER, TEST_PASSWORD and TEST_DB an
   * administrator and database `shop`.
   */
  readonly env: Readonly<Record<string, string>>;
  readonly administrator: { readonly user: string; readonly password: string };
  createDatabase(name: string): void;
  dropDatabase(name: string): void;
  /** A user that may read everything. */
  createUser(name: string, password: string): void;
  /** Everything that the engine can have and a dump must bring back. */
  fill(database: string): void;
  /** About as many megabytes of rows, which do not compress well. */
  fillLarge(database: string, megabytes: number): void;
  /** Of all that `fill` made. */
  digest(database: string): string;
  /** Feeds an uncompressed dump to the engine's client, which stops at the first error. */
  load(sql: Buffer, database: string): void;
  /** The server goes down with all its sessions, while it is dumped, and comes back. */
  crash(): Promise<void>;
  open(wish: Wish): DatabaseServer;
}

export interface EngineUnderTest {
  /** Its name. */
  readonly engine: string;
  /** The program that makes the dumps. */
  readonly tool: string;
  /** Undefined where it is not installed. */
  readonly start: (() => Promise<EngineServer>) | undefined;
  /** Of databases; they only look harmless to who does not quote them. */
  readonly hostileNames: readonly string[];
  readonly hostileUsers: readonly { readonly user: string; readonly password: string }[];
}
