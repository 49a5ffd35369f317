/** Where the database's own tools run: one container of one pod, chosen once and named for the whole run. */
export interface DatabaseContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What a check in the container found. */
export interface DatabaseCheck {
  /** One sentence each; none when a dump can be made. */
  readonly problems: readonly string[];
  /** The dump's folder with every symbolic link resolved; undefined when there is no such folder. */
  readonly directory: string | undefined;
  /** Of the database server; undefined when it refused us. */
  readonly version: string | undefined;
}

/** What is left on the volume, and recorded on the snapshot. */
export interface Dump {
  readonly engine: 'postgres';
  /** Of the database server. */
  readonly version: string;
  readonly database: string;
  /** In the database's container. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly completedAt: string;
}

/** A database that can be dumped. */
export interface CheckedDatabase {
  readonly container: DatabaseContainer;
  readonly version: string;
}

/** One database that is dumped by its own tools, inside its own container. */
export interface Database {
  readonly engine: Dump['engine'];
  /** Changes nothing. Throws KubeError when the container cannot be asked. */
  check(container: DatabaseContainer): Promise<DatabaseCheck>;
  /**
   * Replaces the dump file with a complete new one, or leaves the old one as it was.
   * Throws UserError 'dump' with the tool's own words.
   */
  dump(checked: CheckedDatabase): Promise<Dump>;
}
