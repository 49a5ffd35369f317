import type { Readable, Writable } from 'node:stream';
import type { KubeObject } from './object.ts';
import type { ObjectKey, Resource } from './resources.ts';

export interface Abortable {
  readonly signal: AbortSignal;
}

export interface Selection extends Abortable {
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends Selection {
  /** Objects per page; 500. */
  readonly limit?: number | undefined;
}

export interface WatchOptions extends ListOptions {
  /** How long one connection lasts before it is renewed; 120 s. One that stalls is given up 15 s later. */
  readonly timeoutSeconds?: number | undefined;
}

/** BOOKMARK says: everything up to this resourceVersion has been yielded. The first one follows the initial list. */
export type WatchEvent<T extends KubeObject = KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface LogOptions extends Abortable {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Go on until the container has ended. */
  readonly follow: boolean;
}

/** All methods throw KubeError, or `signal.reason` when aborted. */
export interface Reader {
  get<T extends KubeObject = KubeObject>(resource: Resource, key: ObjectKey, options: Abortable): Promise<T>;

  /** As `get`; undefined when there is no such object. */
  find<T extends KubeObject = KubeObject>(
    resource: Resource,
    key: ObjectKey,
    options: Abortable,
  ): Promise<T | undefined>;

  /**
   * Page by page. When the server forgets where we were (410), the list starts again and yields only objects
   * (uids) that were not yielded before: never one twice. What was yielded before that moment stays as it was then,
   * and may have been changed or deleted since.
   */
  list<T extends KubeObject = KubeObject>(resource: Resource, options: ListOptions): AsyncIterableIterator<T>;

  /**
   * The present objects as ADDED, a BOOKMARK, then every change, through lost connections and expired versions:
   * whatever was missed is found by listing again, deletions included (their object is the last state seen).
   * Never ends by itself: it throws `signal.reason`, or a KubeError that no repetition can cure.
   * Holds the watched objects in memory.
   */
  watch<T extends KubeObject = KubeObject>(
    resource: Resource,
    options: WatchOptions,
  ): AsyncIterableIterator<WatchEvent<T>>;

  /**
   * What a container has written since its start, as it comes. One attempt, which may end before the container does, in an
   * error or not: whoever wants all of it looks at the pod, and asks again.
   */
  log(options: LogOptions): AsyncIterableIterator<Buffer>;
}

export interface CreateOptions extends Abortable {
  readonly fieldManager?: string | undefined;
  /** Validated and admitted, not stored. */
  readonly dryRun?: boolean | undefined;
}

export interface PatchOptions extends CreateOptions {
  readonly subresource?: 'scale' | 'status' | undefined;
}

export interface ApplyOptions extends CreateOptions {
  readonly fieldManager: string;
  /** Take over fields that another manager owns; otherwise that is a 409. */
  readonly force?: boolean | undefined;
}

export interface DeleteOptions extends Abortable {
  /** Preconditions: a 409 when the object is another one, or was changed. */
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface Writer {
  /**
   * Namespace and name are the manifest's own. Not repeated after an answer was lost: then it throws a retryable
   * KubeError, and the object may exist (a second create answers 409 `AlreadyExists`).
   */
  create<T extends KubeObject = KubeObject>(
    resource: Resource,
    manifest: KubeObject,
    options: CreateOptions,
  ): Promise<T>;

  /**
   * JSON merge patch: null deletes a field, a list is replaced as a whole.
   * `metadata.resourceVersion` (or `uid`) in the patch makes it conditional: 409 when it differs.
   */
  patch<T extends KubeObject = KubeObject>(
    resource: Resource,
    key: ObjectKey,
    patch: Readonly<Record<string, unknown>>,
    options: PatchOptions,
  ): Promise<T>;

  /** Server-side apply of the manifest, under its own namespace and name. */
  apply<T extends KubeObject = KubeObject>(
    resource: Resource,
    manifest: KubeObject,
    options: ApplyOptions,
  ): Promise<T>;

  /** Resolves when the deletion is accepted, which finalizers may delay, or when the object is already gone. */
  delete(resource: Resource, key: ObjectKey, options: DeleteOptions): Promise<void>;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The terminal of a person, which the one of a remote command takes after. */
export interface Tty {
  size(): TerminalSize;
  /** Calls the listener at each change, until the function that it returns is called. */
  onResize(listener: () => void): () => void;
}

export interface ExecOptions extends Abortable {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Program and arguments, as they are: no shell reads them. */
  readonly command: readonly string[];
  /**
   * A stream is read to its end, or destroyed when the command ends before. Let the command read all of it: one that
   * ends with a megabyte unread may never be reported as ended (containerd 1.6; kubectl hangs as well).
   */
  readonly stdin?: Readable | Buffer | string | undefined;
  /** Sinks are written at their own pace and never ended; their errors end the exec. Without one, output is dropped. */
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
  /**
   * Runs the command in a terminal of this size: all that it writes comes on stdout, and what it is sent on stdin is
   * taken as keys, echo and Ctrl-C among them. Nothing is sent before the command has given a sign of life.
   */
  readonly tty?: Tty | undefined;
  /**
   * Kill the command and everything it started when the exec ends early, for whatever reason; true.
   * It needs `sh` and /proc in the container. False runs the bare command, which then outlives a broken exec.
   */
  readonly killOnAbort?: boolean | undefined;
}

export interface ExecResult {
  /** 128 + n after signal n, as a shell counts. */
  readonly exitCode: number;
}

export interface Executor {
  /**
   * Runs a command in a running container. Resolves once it has ended and every byte was accepted by the sinks;
   * a non-zero exit is a result, not an error. Exit 0 does not prove that the output is complete
   * (kubernetes#124571): let the command state its byte count and digest.
   * Throws KubeError when it could not be started or its end is unknown, the error of a sink or of stdin,
   * or `signal.reason`; the remote processes have been killed by then (`ExecNotKilled` when that failed).
   * One gap is left: a connection that is lost before the command's first sign of life tells no process to kill.
   */
  exec(options: ExecOptions): Promise<ExecResult>;
}

export interface Kube extends Reader, Writer, Executor {
  /** The namespace of the kubeconfig's context or of the pod we run in. */
  readonly namespace: string;
  /** What the API server's clock says, to the second; throws a KubeError 'UnexpectedAnswer' when it does not say. */
  serverTime(options: Abortable): Promise<Date>;
  /** Such as `v1.33.1`; undefined when the API server does not say. */
  serverVersion(options: Abortable): Promise<string | undefined>;
  /** Breaks off calls and watches that are still under way and closes their connections; an exec ends by its signal. */
  close(): Promise<void>;
}
