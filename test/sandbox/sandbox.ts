import { chmodSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../src/kube/object.ts';
import { systemRandom } from '../../src/system.ts';
import { isAllowed, missingRoles } from './access/authorize.ts';
import { storedRoles } from './access/role-source.ts';
import { Tokens } from './access/tokens.ts';
import type { Api } from './api/call.ts';
import { placeOf, servedByDefault, type Definition } from './objects/definition.ts';
import { Lists } from './api/lists.ts';
import { Objects } from './objects/objects.ts';
import { ApiServer, type RecordedRequest } from './api/server.ts';
import { bootstrap } from './bootstrap.ts';
import { createCertificate } from './certificate.ts';
import { SandboxClock } from './clock.ts';
import { controlClaims } from './controllers/claims.ts';
import { controlContents } from './controllers/contents.ts';
import type { Cluster } from './controllers/controller.ts';
import { collectGarbage } from './controllers/garbage.ts';
import { controlJobs } from './controllers/jobs.ts';
import { controlNamespaces } from './controllers/namespaces.ts';
import { controlPods } from './controllers/pods.ts';
import { controlSnapshots } from './controllers/snapshots.ts';
import { controlWorkloads } from './controllers/workloads.ts';
import { execServer } from './api/exec-requests.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { Kubelet } from './pods/kubelet.ts';
import type { Pod } from './pods/pod.ts';
import { shiftedTime } from './shifted-time.ts';
import { Store } from './storage/store.ts';
import { Volumes } from './volumes.ts';

export interface SandboxOptions {
  /** Where its time starts; now. */
  readonly start?: Date;
  /** Where its volumes and pods lie, which goes with it; a temporary folder of its own. */
  readonly folder?: string;
  /** 0, the default, is any that is free. */
  readonly port?: number;
  /** More resources to serve. */
  readonly resources?: readonly Definition[];
  /** What an image runs, by its name without a tag: program and first arguments. */
  readonly images?: Readonly<Record<string, readonly string[]>>;
  /** How long a snapshot takes to become ready, unless its class says; 0. */
  readonly readyDelayMs?: number;
  /** What `exec` may speak; v5 and v4. */
  readonly execProtocols?: readonly string[];
}

export interface Account {
  /** Namespace and name of a service account; the cluster's administrator when left out. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  /** Of the kubeconfig's context; `default`. */
  readonly namespace?: string;
  /** Instead of the sandbox's own, for a proxy that stands before it. */
  readonly server?: URL;
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
  readonly tokens: Tokens;
  /** Every request since the start, in the order of their arrival. */
  readonly requests: readonly RecordedRequest[];
  /** The folder of a claim's volume: where a pod must mount it. */
  volume(namespace: string, claim: string): string;
  /** A token for this account. */
  token(account?: Account): string;
  /** A kubeconfig for this account. */
  kubeconfig(account?: Account): string;
  /** Stores objects as they are, without controllers or validation looking at them first: for large numbers. */
  load(definition: Definition, objects: Iterable<KubeObject>): void;
  /** Old resourceVersions and continue tokens are of no use from now on. */
  forgetHistory(): void;
}

/** Starts a sandbox; disposing of it ends all its processes and removes its folder. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = new SandboxClock(options.start);
  // The real path: scripts compare where a folder is with where it was said to be.
  const folder = realpathSync(options.folder ?? mkdtempSync(join(tmpdir(), 'sandbox-')));
  // A database may run as another user than this process, and find its volume in here.
  chmodSync(folder, 0o711);
  const definitions = [...servedByDefault, ...(options.resources ?? [])];
  const store = new Store();
  const objects = new Objects(store, clock, systemRandom);
  const lists = new Lists(store, clock);
  const tokens = new Tokens();
  const roles = storedRoles(store);
  const end = new AbortController();
  const volumes = new Volumes(folder);
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => {
    failures.push(error);
    process.emitWarning(error instanceof Error ? error : String(error));
  };
  const cluster: Cluster = { objects, clock, volumes, signal: end.signal, onFailure };
  const certificate = await createCertificate(new Date());
  const kubelet = new Kubelet(cluster, {
    root: folder,
    images: options.images ?? {},
    environment: environmentOf,
  });
  const api: Api = {
    clock,
    store,
    objects,
    lists,
    tokens,
    definitions,
    kubelet,
    may: (asked) => isAllowed(asked, roles),
    missingRoles: (asked) => missingRoles(asked, roles),
  };
  const protocols = options.execProtocols ?? ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
  const server = await ApiServer.start(api, {
    tls: certificate,
    port: options.port ?? 0,
    upgrade: execServer(api, kubelet, protocols),
  });

  controlNamespaces(cluster, definitions);
  collectGarbage(cluster, definitions);
  controlClaims(cluster);
  controlSnapshots(cluster);
  controlContents(cluster, options.readyDelayMs ?? 0);
  controlPods(cluster, kubelet);
  controlJobs(cluster);
  controlWorkloads(cluster);
  bootstrap(objects, definitions);

  /** What a pod finds in its service account's folder, as far as a process on this machine can. */
  function environmentOf({ metadata, spec }: Pod, podFolder: string): Record<string, string> {
    const { namespace = '' } = metadata;
    const path = join(podFolder, 'kubeconfig');
    const serviceAccount = { namespace, name: spec.serviceAccountName ?? 'default' };
    writeFileSync(path, sandbox.kubeconfig({ serviceAccount, namespace }), { mode: 0o600 });
    return { KUBECONFIG: path, ...shiftedTime(clock) };
  }

  const sandbox: Sandbox = {
    url: server.url,
    ca: certificate.cert,
    folder,
    clock,
    objects,
    tokens,
    requests: server.requests,
    volume: (namespace, claim) => volumes.ofClaim(namespace, claim),
    token: ({ serviceAccount } = {}) =>
      serviceAccount
        ? tokens.issueForServiceAccount(serviceAccount.namespace, serviceAccount.name)
        : tokens.issue('kubernetes-admin', ['system:masters']),
    kubeconfig: (account = {}) =>
      kubeconfigOf({
        server: account.server ?? server.url,
        ca: account.server ? undefined : certificate.cert,
        token: sandbox.token(account),
        namespace: account.namespace ?? 'default',
      }),
    load: (definition, all) => store.load(placeOf(definition), all),
    forgetHistory() {
      store.forgetHistory();
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
  return sandbox;
}
