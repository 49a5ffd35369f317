import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBackup } from '../../../src/backup/create.ts';
import { createSettings } from '../../../src/backup/settings/create.ts';
import { systemRandom } from '../../../src/core/system.ts';
import { createKube } from '../../../src/kube/client.ts';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import type { Kube } from '../../../src/kube/kube.ts';
import { recordable, readSettings } from '../../../src/settings/read.ts';
import type { SnapshotContext } from '../../../src/snapshots/provider.ts';
import { longhorn } from '../../../src/snapshots/longhorn/provider.ts';
import { deployApp, untilIs } from '../../../scripts/sandbox/app.ts';
import type { Longhorn } from '../../../scripts/sandbox/longhorn/longhorn.ts';
import { longhornClass, longhornNamespace, snapshots } from '../../../scripts/sandbox/longhorn/kinds.ts';
import { claims, namespaces } from '../../../scripts/sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { testContext } from '../../support/context.ts';

const blank = { apiVersion: '', kind: '' };

/** An app on volumes of Longhorn in namespace `shop`, and somebody who may do all. */
export class LonghornScene implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly longhorn: Longhorn;
  readonly context: SnapshotContext & { readonly lines: readonly { msg: string; level: number }[] };
  readonly #kube: Kube;
  readonly #kubes: Kube[] = [];

  private constructor(sandbox: Sandbox, kube: Kube) {
    this.sandbox = sandbox;
    this.longhorn = sandbox.longhorn!;
    this.#kube = kube;
    this.context = { ...testContext(kube, sandbox.clock), random: systemRandom, snapshots: longhorn };
  }

  static async open(...pvcs: string[]): Promise<LonghornScene> {
    const sandbox = await openSandbox({ longhorn: {}, start: new Date('2026-11-20T02:30:00Z') });
    const { objects, clock } = sandbox;
    objects.create(namespaces, undefined, { ...blank, metadata: { name: 'shop' } });
    for (const name of pvcs) {
      const spec = {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        storageClassName: longhornClass,
      };
      objects.create(claims, 'shop', { ...blank, metadata: { name }, spec });
      await untilIs(() => objects.find(claims, 'shop', name), 'Bound');
      writeFileSync(join(sandbox.volume('shop', name), 'file'), name);
    }
    await deployApp(
      sandbox,
      'shop',
      undefined,
      pvcs.filter((name) => name !== 'data'),
    );
    const kubeconfig = join(sandbox.folder, 'kubeconfig-of-test');
    writeFileSync(kubeconfig, sandbox.kubeconfig(), { mode: 0o600 });
    const access = loadClusterAccess({ kubeconfig });
    return new LonghornScene(sandbox, createKube({ access, clock, random: systemRandom }));
  }

  /** As `context`, by way of another address. */
  contextThrough(server: URL): SnapshotContext {
    const kubeconfig = join(this.sandbox.folder, 'kubeconfig-of-test');
    const access = { ...loadClusterAccess({ kubeconfig }), server };
    const { clock } = this.sandbox;
    const kube = createKube({ access, clock, random: systemRandom });
    this.#kubes.push(kube);
    return { ...this.context, kube };
  }

  backUp(environment: Readonly<Record<string, string>> = {}, context: SnapshotContext = this.context) {
    const given = {
      BAK_NAMESPACE: 'shop',
      BAK_DB_SKIP: 'true',
      BAK_LABEL_VS_KEEP_DAYS: '0',
      BAK_LABEL_VS_RETAIN: 'daily_weekly_monthly',
      ...environment,
    };
    const { settings, rows } = readSettings(createSettings, sourcesOf(given));
    const request = { settings, recorded: recordable(rows), withNames: (text: string) => text };
    return createBackup(request, context);
  }

  /** The resources of snapshots, those that only wait for the next among them. */
  resources(): string[] {
    return this.sandbox.objects
      .all(snapshots, longhornNamespace)
      .map(({ metadata }) => `${metadata.name}${metadata.deletionTimestamp === undefined ? '' : ' (going)'}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#kube, ...this.#kubes].map((kube) => kube.close()));
    await this.sandbox[Symbol.asyncDispose]();
  }
}
