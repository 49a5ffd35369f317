import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../cache-folder.ts';
import { buildImage } from '../../images/build-image.ts';
import { clusterRequirements, requireRequirements } from '../../packages.ts';
import { withLock } from '../../with-lock.ts';
import type { ClusterStatus, Programs, Provider, Report } from '../provider.ts';
import { applyBase, isHealthy, isReady, isServing } from './api.ts';
import { nodePlan } from './components.ts';
import { writeConfig } from './config.ts';
import { importImage, loadOnce } from './load.ts';
import { nodePid, startNode, stopNode, until } from './node.ts';
import { clusterPaths, type ClusterPaths } from './paths.ts';
import { makePki } from './pki.ts';
import { hostPort } from './port.ts';
import { buildTools, type ToolFolders } from './tools.ts';

/** A one-node Kubernetes of real components in Linux namespaces of its own; needs root, but no Docker. */
export class NativeProvider implements Provider {
  readonly kind = 'native';
  readonly #paths: ClusterPaths;
  readonly #report: Report;

  constructor(name: string, report: Report) {
    this.#paths = clusterPaths(name);
    this.#report = report;
  }

  async build(): Promise<void> {
    await this.#prepare();
  }

  async up(): Promise<string> {
    const { tools, pauseImage } = await this.#prepare();
    return withLock(this.#paths.lock, async () => {
      if (await isHealthy(this.#paths, tools)) {
        this.#report(`cluster '${this.#paths.name}' is up already`);
        return this.#paths.kubeconfig;
      }
      await stopNode(this.#paths);
      await this.#start(tools, pauseImage);
      return this.#paths.kubeconfig;
    });
  }

  async down(): Promise<void> {
    await withLock(this.#paths.lock, async () => {
      await stopNode(this.#paths);
      rmSync(this.#paths.root, { recursive: true, force: true });
    });
    this.#report(`cluster '${this.#paths.name}' is gone`);
  }

  async status(): Promise<ClusterStatus> {
    const { name, kubeconfig, logs } = this.#paths;
    const pid = nodePid(this.#paths);
    if (!pid) return { running: false, details: [`cluster '${name}' (native) does not run`] };
    const details = [
      `cluster '${name}' (native) runs as process ${pid}`,
      `kubeconfig ${kubeconfig}`,
      `logs ${logs}`,
    ];
    return { running: true, kubeconfig, details };
  }

  async load(imageTar: string): Promise<void> {
    const pid = nodePid(this.#paths);
    if (!pid)
      throw new Error(`Cluster '${this.#paths.name}' does not run; start it with: npm run cluster -- up`);
    await withLock(this.#paths.lock, () => loadOnce(this.#paths, pid, imageTar));
  }

  async programs(): Promise<Programs> {
    const { tools } = await this.#prepare();
    return { kubectl: join(tools.kubernetes, 'kubectl'), helm: join(tools.tools, 'helm') };
  }

  async #prepare(): Promise<{ tools: ToolFolders; pauseImage: string }> {
    if (process.getuid?.() !== 0) {
      throw new Error('The native cluster needs root, for its namespaces and mounts; run this with sudo.');
    }
    requireRequirements(clusterRequirements);
    const tools = await withLock(join(this.#paths.clusters, '.build.lock'), () => buildTools(this.#report));
    const signal = new AbortController().signal;
    const pause = await buildImage('pause', { cacheFolder: cacheFolder(), log: this.#report, signal });
    return { tools, pauseImage: pause.tar };
  }

  async #start(tools: ToolFolders, pauseImage: string): Promise<void> {
    const paths = this.#paths;
    this.#report(`starting cluster '${paths.name}'`);
    mkdirSync(paths.root, { recursive: true, mode: 0o700 });
    await makePki(paths);
    const port = await hostPort(paths);
    writeConfig(paths, port);
    writeFileSync(paths.plan, JSON.stringify(nodePlan(paths, tools, port), null, 2));
    await startNode(paths, tools);
    await until(() => isServing(paths, tools), `the API server (logs: ${paths.logs})`, 60);
    this.#report('the API server answers');
    await applyBase(paths, tools);
    await importImage(paths, nodePid(paths)!, pauseImage);
    await until(() => isReady(paths, tools), `the node to be Ready (logs: ${paths.logs})`, 60);
    writeFileSync(paths.complete, '');
    this.#report('the node is Ready');
  }
}
