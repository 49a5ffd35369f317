import type { Container } from '../pods/pod.ts';

/** What a check in the container found. */
export interface DatabaseCheck {
  /** One sentence each; none when a dump can be made. */
  readonly problems: readonly string[];
  /** One sentence each: to be said, but no reason to refuse. */
  readonly warnings: readonly string[];
  /** The dump's folder with every symbolic link resolved; undefined when there is no such folder. */
  readonly directory: string | undefined;
  /** Of the database server; undefined when it refused us. */
  readonly version: string | undefined;
  /** Of the tool that makes the dumps; undefined when there is none. */
  readonly toolVersion: string | undefined;
  /** Those that will be dumped, by name. */
  readonly databases: readonly string[];
  /** Undefined of a server that follows no other. */
  readonly replica?: ReplicaState | undefined;
}

/** Of a server that follows another. */
export interface ReplicaState {
  /** How far it was behind before the dump; null when that is not known. */
  readonly lagSeconds: number | null;
}

/** One file, or folder, that is left on the volume and recorded on the snapshot. */
export interface Dump {
  /** The name of the engine. */
  readonly engine: string;
  /** Of the database server. */
  readonly version: string;
  /** Of the tool that made it. */
  readonly toolVersion: string;
  /** Absent of a server that follows no other. */
  readonly replica?: ReplicaState;
  /** Absent for what is no content of a database: roles and other globals, and properties. */
  readonly database?: string;
  /** The database whose properties these are: owner, rights, settings and others that it has as a whole. */
  readonly propertiesOf?: string;
  /** In the database's container. */
  readonly path: string;
  /** Of a folder: all of its files together. */
  readonly bytes: number;
  /** Of the file; of a folder, what `sha256sum * | LC_ALL=C sort | sha256sum` says in it. */
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly completedAt: string;
  /** What is wrong with it, and what the tools said though they ended well: of several made together, the first has that. */
  readonly warnings?: readonly string[];
  /** Of many dumps of one server: the JSON list of them that lies beside them. */
  readonly listedIn?: { readonly path: string; readonly bytes: number; readonly sha256: string };
}

/** A database server whose databases can be dumped. */
export interface CheckedDatabase {
  readonly container: Container;
  readonly version: string;
  readonly toolVersion: string;
  readonly databases: readonly string[];
  /** Of the volume's space, while it is dumped. */
  readonly maximumUsedPercent: number;
  readonly replica?: ReplicaState | undefined;
}

/** How a sentence names it. */
export function named({ namespace, pod, container }: Container): string {
  return `container '${container}' of pod '${pod}' in namespace '${namespace}'`;
}
