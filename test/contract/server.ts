import type { Kube } from '../../src/kube/kube.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { Upstream } from '../../scripts/faults/upstream.ts';

export interface Answer {
  readonly status: number;
  /** Parsed JSON: an object, a list or a Status. What is not JSON is a string. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a contract looks at what is there, whatever its shape
  readonly body: any;
}

export interface RawRequest {
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
  /** Of the body; `application/json` unless given. */
  readonly contentType?: string;
  /** Instead of the administrator's credentials; an empty one is no credentials at all. */
  readonly token?: string;
}

/** The object of an ERROR is a Status; that of a BOOKMARK has little more than a resourceVersion. */
export interface RawWatchEvent {
  readonly type: string;
  readonly object: KubeObject;
}

/** One API server under the contract: the sandbox, or a real one. The suite knows nothing else of it. */
export interface ContractServer extends AsyncDisposable {
  /** Our own client, as the administrator. */
  readonly kube: Kube;
  /** Our own client, as whoever has this token. */
  kubeAs(token: string): Kube;
  /** What a proxy needs to stand before it, as the administrator. */
  readonly upstream: Upstream;
  /** One HTTP request, as it is: no retries, no interpretation. `path` has its query. */
  request(method: string, path: string, options?: RawRequest): Promise<Answer>;
  /** The lines of a watch, parsed, as they come; ends when the server ends it or the signal is aborted. */
  stream(path: string, signal: AbortSignal): AsyncIterable<RawWatchEvent>;
  /**
   * Forgets old resourceVersions and continue tokens at once, as an API server does after minutes.
   * Left out by a server that cannot; what is about it is skipped then.
   */
  forgetHistory?(): Promise<void>;
  /** Name of a StorageClass of the CSI driver, and of the driver, of which the suite makes VolumeSnapshotClasses. */
  readonly storageClass: string;
  readonly driver: string;
  /** Parameters of a VolumeSnapshotClass that make a snapshot take about a second to become ready. */
  readonly slowSnapshots: Readonly<Record<string, string>>;
  /** A pod that becomes ready and in which `sh` and the usual small tools can be exec'd; container `main`. */
  podManifest(
    namespace: string,
    name: string,
    claims?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): KubeObject;
  /** Where the pods of `podManifest` have the volume of a claim. */
  mountPath(namespace: string, claim: string): string;
}
