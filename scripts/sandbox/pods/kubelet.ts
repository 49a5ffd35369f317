import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WebSocket } from 'ws';
import { badRequest } from '../objects/api-error.ts';
import { configMaps, pods, secrets } from '../objects/kinds.ts';
import type { Cluster } from '../cluster.ts';
import { containerEnvironment } from './container-environment.ts';
import { LocalProcesses } from './local-processes.ts';
import { mountsOf, type Pod, type PodContainer } from './pod.ts';
import { runContainer, type ContainerEnd } from './run-container.ts';
import { serveExec } from './serve-exec.ts';
import { readLog } from './serve-log.ts';

export interface KubeletOptions {
  /** Under which the pods have their folders. */
  readonly root: string;
  /** What an image runs: its entrypoint, by the image's name without a tag. */
  readonly images: Readonly<Record<string, readonly string[]>>;
  /** Variables for the processes that containers run, beside those of their spec. */
  readonly environment: (pod: Pod, folder: string) => Readonly<Record<string, string>>;
}

interface Running {
  readonly folder: string;
  readonly processes: LocalProcesses;
  /** By container. */
  readonly ended: Map<string, Promise<ContainerEnd>>;
  readonly finished: Set<string>;
}

/** Runs pods: folders in which local processes are started. */
export class Kubelet implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #options: KubeletOptions;
  readonly #running = new Map<string, Running>();

  constructor(cluster: Cluster, options: KubeletOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  isRunning({ metadata }: Pod): boolean {
    return this.#running.has(metadata.uid ?? '');
  }

  /**
   * Makes the folder, with a link to each volume under its name. Throws when a volume is not where it is mounted, unless a
   * variable says where it is: that has the folder then.
   */
  prepare(pod: Pod): void {
    const { namespace = '', name = '', uid = '' } = pod.metadata;
    const folder = join(this.#options.root, 'pods', namespace, `${name}-${uid.slice(0, 8)}`);
    const mounts = mountsOf(pod).map((mount) => ({
      ...mount,
      source: this.#cluster.volumes.ofClaim(namespace, mount.claim),
    }));
    const displaced = mounts.find(
      ({ mountPath, source }) => mountPath !== source && !isToldByVariable(pod, mountPath),
    );
    if (displaced) {
      throw new Error(
        `in the sandbox a volume is mounted where its folder is: ${displaced.source}, not ${displaced.mountPath}`,
      );
    }
    mkdirSync(folder, { recursive: true });
    for (const [link, source] of new Map(mounts.map((mount) => [mount.name, mount.source])))
      symlinkSync(source, join(folder, link));
    this.#running.set(uid, {
      folder,
      processes: new LocalProcesses(),
      ended: new Map(),
      finished: new Set(),
    });
  }

  /** Starts a container's own process; undefined when it has none, as its image is not known here. */
  run(pod: Pod, container: PodContainer): Promise<ContainerEnd> | undefined {
    const running = this.#requireRunning(pod);
    const entrypoint =
      container.command ?? this.#options.images[(container.image ?? '').replace(/:[^/:]*$/, '')];
    if (!entrypoint) return undefined;
    const { folder, processes } = running;
    const logFile = logFileOf(folder, container.name);
    let env: Record<string, string>;
    try {
      env = { ...this.#environment(pod, container), ...this.#options.environment(pod, folder) };
    } catch (error) {
      writeFileSync(logFile, '');
      return Promise.resolve({ exitCode: 128, startError: (error as Error).message });
    }
    const command = [...entrypoint, ...(container.args ?? [])];
    const { exited } = runContainer({ command, cwd: folder, env, logFile }, processes);
    running.ended.set(container.name, exited);
    void exited.then(() => running.finished.add(container.name));
    return exited;
  }

  /** Serves an exec whose WebSocket is open. */
  exec(socket: WebSocket, pod: Pod, container: PodContainer, query: URLSearchParams): void {
    const { folder, processes } = this.#requireRunning(pod);
    const has = (stream: string) => ['true', '1'].includes(query.get(stream) ?? '');
    const streams = { stdin: has('stdin'), stdout: has('stdout'), stderr: has('stderr'), tty: has('tty') };
    const env = this.#environment(pod, container);
    serveExec(socket, { command: query.getAll('command'), cwd: folder, env, ...streams }, processes);
  }

  /** See `Kubelet` of the API's calls. */
  async log(
    { namespace, name }: { namespace: string; name: string },
    query: URLSearchParams,
    signal: AbortSignal,
  ) {
    const pod = this.#cluster.objects.get(pods, namespace, name) as Pod;
    const container = containerOf(pod, query.get('container') ?? undefined);
    const running = this.#running.get(pod.metadata.uid ?? '');
    const ended = running?.ended.get(container.name);
    if (!running || !ended) return Promise.resolve(nothing());
    const tail = query.get('tailLines');
    return readLog(logFileOf(running.folder, container.name), {
      follow: query.get('follow') === 'true',
      tailLines: tail === null ? undefined : Number(tail),
      isRunning: () => !running.finished.has(container.name),
      ended,
      signal,
    });
  }

  /** Ends all processes of a pod, and takes its folder away. */
  async stop({ metadata }: Pod): Promise<void> {
    const running = this.#running.get(metadata.uid ?? '');
    if (!running) return;
    await running.processes[Symbol.asyncDispose]();
    this.#running.delete(metadata.uid ?? '');
    await rm(running.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ processes }) => processes[Symbol.asyncDispose]()));
  }

  #environment(pod: Pod, container: PodContainer): Record<string, string> {
    const { namespace = '' } = pod.metadata;
    const { objects, volumes } = this.#cluster;
    const environment = containerEnvironment(pod, container, {
      configMap: (name) => objects.find(configMaps, namespace, name),
      secret: (name) => objects.find(secrets, namespace, name),
    });
    const folders = new Map(
      mountsOf(pod).map(({ mountPath, claim }) => [mountPath, volumes.ofClaim(namespace, claim)]),
    );
    const moved = Object.entries(environment).map(([name, text]) => [name, folders.get(text) ?? text]);
    return Object.fromEntries(moved) as Record<string, string>;
  }

  #requireRunning({ metadata }: Pod): Running {
    const running = this.#running.get(metadata.uid ?? '');
    if (running) return running;
    throw badRequest(`pod ${metadata.name} does not have a host assigned`);
  }
}

function isToldByVariable(pod: Pod, mountPath: string): boolean {
  return pod.spec.containers.some(({ env = [] }) => env.some(({ value }) => value === mountPath));
}

/** The container of this name, or the only one. Throws ApiError as the API server does. */
export function containerOf(pod: Pod, name: string | undefined): PodContainer {
  const { containers, initContainers = [] } = pod.spec;
  const names = containers.map((container) => container.name).join(' ');
  const [first] = containers;
  if (name === undefined && containers.length === 1 && first) return first;
  if (name === undefined)
    throw badRequest(
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names}]`,
    );
  const found = [...containers, ...initContainers].find((container) => container.name === name);
  if (!found) throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
  return found;
}

function logFileOf(folder: string, container: string): string {
  return join(folder, `${container}.log`);
}

async function* nothing(): AsyncIterable<Buffer> {}
