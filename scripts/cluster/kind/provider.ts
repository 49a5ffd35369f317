import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../cache-folder.ts';
import { requireRequirements } from '../../packages.ts';
import { run } from '../../run.ts';
import { withLock } from '../../with-lock.ts';
import type { ClusterStatus, Programs, Provider, Report } from '../provider.ts';
import { installHostpathDriver } from './hostpath-driver.ts';

const configFile = join(import.meta.dirname, '..', '..', '..', 'kind-config.yaml');

/** A cluster in Docker, made by kind, with the CSI hostpath driver. */
export class KindProvider implements Provider {
  readonly kind = 'kind';
  readonly #name: string;
  readonly #report: Report;
  readonly #kubeconfig: string;
  readonly #lock: string;

  constructor(name: string, report: Report) {
    const clusters = join(cacheFolder(), 'clusters');
    this.#name = name;
    this.#report = report;
    this.#kubeconfig = join(clusters, `${name}.kind.kubeconfig`);
    this.#lock = join(clusters, `${name}.kind.lock`);
  }

  async build(): Promise<void> {
    requireRequirements([
      { program: 'kind', debianPackage: 'none; see kind.sigs.k8s.io' },
      { program: 'kubectl', debianPackage: 'kubernetes-client' },
      { program: 'git', debianPackage: 'git' },
    ]);
  }

  async up(): Promise<string> {
    await this.build();
    return withLock(this.#lock, async () => {
      if (await this.#exists()) {
        await run('kind', ['export', 'kubeconfig', '--name', this.#name, '--kubeconfig', this.#kubeconfig]);
      } else {
        await this.#create();
      }
      await installHostpathDriver(this.#kubeconfig, this.#report);
      return this.#kubeconfig;
    });
  }

  async down(): Promise<void> {
    await withLock(this.#lock, async () => {
      await run('kind', ['delete', 'cluster', '--name', this.#name, '--kubeconfig', this.#kubeconfig]);
      rmSync(this.#kubeconfig, { force: true });
    });
    this.#report(`cluster '${this.#name}' is gone`);
  }

  async status(): Promise<ClusterStatus> {
    const running = await this.#exists();
    if (!running) return { running, details: [`cluster '${this.#name}' (kind) does not run`] };
    const details = [`cluster '${this.#name}' (kind) runs`, `kubeconfig ${this.#kubeconfig}`];
    return { running, kubeconfig: this.#kubeconfig, details };
  }

  async load(imageTar: string): Promise<void> {
    await run('kind', ['load', 'image-archive', imageTar, '--name', this.#name]);
  }

  async programs(): Promise<Programs> {
    requireRequirements([{ program: 'helm', debianPackage: 'none; see helm.sh' }]);
    return { kubectl: 'kubectl', helm: 'helm' };
  }

  async #create(): Promise<void> {
    this.#report(`creating kind cluster '${this.#name}'`);
    mkdirSync(join(cacheFolder(), 'clusters'), { recursive: true });
    const args = [
      '--name',
      this.#name,
      '--config',
      configFile,
      '--kubeconfig',
      this.#kubeconfig,
      '--wait',
      '120s',
    ];
    await run('kind', ['create', 'cluster', ...args], { onLine: this.#report });
  }

  async #exists(): Promise<boolean> {
    return (await run('kind', ['get', 'clusters'])).split('\n').includes(this.#name);
  }
}
