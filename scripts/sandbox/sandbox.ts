import { chmodSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../src/kube/object.ts';
import { systemRandom } from '../../src/core/system.ts';
import { isAllowed, missingRoles } from './access/authorize.ts';
import { storedRoles } from './access/role-source.ts';
import { Tokens } from './access/tokens.ts';
import { Accounts, type Account } from './accounts.ts';
import type { Api } from './api/call.ts';
import { execServer } from './api/exec-requests.ts';
import { Lists } from './api/lists.ts';
import { ApiServer, type RecordedRequest } from './api/server.ts';
import { bootstrap } from './bootstrap.ts';
import { createCertificate } from './certificate.ts';
import { SandboxClock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { startControllers } from './controllers/start.ts';
import { placeOf, servedByDefault, type Definition } from './objects/definition.ts';
import { Objects } from './objects/objects.ts';
import { Kubelet } from './pods/kubelet.ts';
import type { Pod } from './pods/pod.ts';
import { shiftedTime } from './shifted-time.ts';
import { backendService, managerApi } from './longhorn/manager-api.ts';
import { startLonghorn, type Longhorn, type LonghornOptions } from './longhorn/longhorn.ts';
import { Store } from './storage/store.ts';
import { Volumes } from './volumes.ts';

export interface SandboxOptions {
  /** Where its time starts; now. */
  readonly start?: Date;
  /** More resources to serve. */
  readonly resources?: readonly Definition[];
  /** What an image runs, by its name without a tag: program and first arguments. */
  readonly images?: Readonly<Record<string, readonly string[]>>;
  /** How long a snapshot takes to become ready, unless its class says; 0. */
  readonly readyDelayMs?: number;
  /** What `exec` may speak; v5 and v4. */
  readonly execProtocols?: readonly string[];
  /** Longhorn is installed. */
  readonly longhorn?: LonghornOptions;
  /** Nothing in it happens by itself: objects stay as they are loaded, whatever they are. */
  readonly isStill?: boolean;
}

/** A Kubernetes cluster in this process: a real API over HTTPS, folders for volumes, local processes for containers. */
export interface Sandbox extends AsyncDisposable {
  readonly url: URL;
  /** PEM: whom a client has to trust. */
  readonly ca: string;
  /** Under which everything of it lies. */
  readonly folder: string;
  readonly clock: SandboxClock;
  readonly objects: Objects;
  /** Every request since the start, in the order of their arrival. */
  readonly requests: readonly RecordedRequest[];
  /** What a test may do to Longhorn; undefined unless it was asked for. */
  readonly longhorn: Longhorn | undefined;
  /** The folder of a claim's volume: where a pod must mount it. */
  volume(namespace: string, claim: string): string;
  /** A token for this account. */
  token(account?: Account): string;
  /** A kubeconfig for this account. */
  kubeconfig(account?: Account): string;
  /** Stores objects as they are, without validation: for large numbers. */
  load(definition: Definition, objects: Iterable<KubeObject>): void;
  /** Old resourceVersions and continue tokens are of no use from now on. */
  forgetHistory(): void;
}

/** Starts a sandbox; disposing of it ends all its processes and removes its folder. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const definitions = [...servedByDefault, ...(options.resources ?? [])];
  const { cluster, end, failures } = newCluster(options.start);
  const { objects, clock, volumes } = cluster;
  const lists = new Lists(objects.store, clock);
  const tokens = new Tokens();
  const { folder } = volumes;
  const kubelet = new Kubelet(cluster, {
    root: folder,
    images: options.images ?? {},
    environment: (pod, podFolder) => ({ ...identityOf(pod, podFolder, accounts), ...shiftedTime(clock) }),
  });
  const roles = storedRoles(objects.store);
  const may: Pick<Api, 'may' | 'missingRoles'> = {
    may: (asked) => isAllowed(asked, roles),
    missingRoles: (asked) => missingRoles(asked, roles),
  };
  const services: Api['services'] = new Map();
  const api: Api = {
    services,
    clock,
    store: objects.store,
    objects,
    lists,
    tokens,
    definitions,
    kubelet,
    ...may,
  };
  const tls = await createCertificate(new Date());
  const upgrade = execServer(
    api,
    kubelet,
    options.execProtocols ?? ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  );
  const server = await ApiServer.start(api, { tls, upgrade });
  const accounts = new Accounts(tokens, { url: server.url, ca: tls.cert });
  if (!options.isStill) startControllers(cluster, kubelet, definitions, options.readyDelayMs ?? 0);
  bootstrap(objects, definitions);
  const longhorn = options.longhorn && startLonghorn(cluster, options.longhorn);
  if (longhorn) api.services.set(backendService, managerApi(longhorn));

  return {
    url: server.url,
    ca: tls.cert,
    folder,
    clock,
    objects,
    requests: server.requests,
    longhorn,
    volume: (namespace, claim) => volumes.ofClaim(namespace, claim),
    token: (account) => accounts.token(account),
    kubeconfig: (account) => accounts.kubeconfig(account),
    load: (definition, all) => objects.store.load(placeOf(definition), all),
    forgetHistory() {
      objects.store.forgetHistory();
      lists.forgetViews();
    },
    async [Symbol.asyncDispose]() {
      end.abort();
      await kubelet[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      if (failures.length > 0) throw new AggregateError(failures, 'a controller of the sandbox failed');
    },
  };
}

function newCluster(start: Date | undefined) {
  const clock = new SandboxClock(start);
  // The real path: scripts compare where a folder is with where it was said to be.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')));
  // A database may run as another user than this process, and find its volume in here.
  chmodSync(folder, 0o711);
  const end = new AbortController();
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => {
    failures.push(error);
    process.emitWarning(error instanceof Error ? error : String(error));
  };
  const objects = new Objects(new Store(), clock, systemRandom);
  const cluster: Cluster = { objects, clock, volumes: new Volumes(folder), signal: end.signal, onFailure };
  return { cluster, end, failures };
}

/** What a pod finds in its service account's folder, as far as a process of this machine can. */
function identityOf({ metadata, spec }: Pod, podFolder: string, accounts: Accounts): Record<string, string> {
  const { namespace = '' } = metadata;
  const path = join(podFolder, 'kubeconfig');
  const serviceAccount = { namespace, name: spec.serviceAccountName ?? 'default' };
  writeFileSync(path, accounts.kubeconfig({ serviceAccount, namespace }), { mode: 0o600 });
  return { KUBECONFIG: path };
}
