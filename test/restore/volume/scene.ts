import type { KubeObject } from '../../../src/kube/object.ts';
import { restoreVolume, type RestoreResult } from '../../../src/restore/volume/restore-volume.ts';
import type { RestoreSettings } from '../../../src/restore/volume/settings.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { vi } from 'vitest';
import { namespace, tiered } from '../../retention/real-snapshots.ts';
import type { SnapshotContent } from '../../../scripts/sandbox/controllers/storage-spec.ts';
import { inSandbox } from '../../retention/support.ts';
import { driver } from '../../../scripts/sandbox/driver.ts';
import {
  claims,
  contents,
  events,
  snapshots,
  storageClasses,
} from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import type { LogLine } from '../../support/context.ts';
import { openMonday, person } from './support.ts';

export const minuteMs = 60_000;

const fromMonday: RestoreSettings = {
  namespace,
  snapshot: 'monday',
  pvc: 'restored',
  storageClass: undefined,
  accessMode: undefined,
  size: undefined,
  wait: true,
  timeoutMilliseconds: 15 * minuteMs,
  dryRun: false,
};

interface Request {
  readonly verb: string;
  readonly resource: string;
}

/** A sandbox with the snapshot of `openMonday`, and a proxy through which it is restored to the claim `restored`. */
export class Scene implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly faults: Faults;
  /** What the last run has said. */
  lines: readonly LogLine[] = [];
  /** Who asks for all runs. */
  readonly caller = new RecordingCaller();
  /** Stops the last run. */
  stop = new AbortController();
  /** Called before each answer is passed on. */
  onAnswer: (request: Request) => void = () => {};
  /** Awaited before each request is passed on. */
  onRequest: (request: Request) => Promise<void> = () => Promise.resolve();

  private constructor(sandbox: Sandbox, faults: Faults) {
    this.sandbox = sandbox;
    this.faults = faults;
  }

  static async open(): Promise<Scene> {
    const sandbox = await openMonday();
    const hook = async ({ phase, request }: { phase: string; request: Request }): Promise<void> => {
      if (phase === 'answered') scene.onAnswer(request);
      if (phase === 'received') await scene.onRequest(request);
    };
    const upstream = { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} };
    const scene = new Scene(sandbox, await startFaults(upstream, { hook }));
    return scene;
  }

  run(settings: Partial<RestoreSettings> = {}): Promise<RestoreResult> {
    return inSandbox(
      this.sandbox,
      this.faults.url,
      (context) => {
        ({ lines: this.lines, stop: this.stop } = context);
        return restoreVolume({ ...fromMonday, ...settings }, this.caller, context);
      },
      person,
    );
  }

  /** Does it once the run waits for its volume; each time it asks anew. */
  whileWaiting(act: () => void): void {
    this.onAnswer = ({ verb }) => {
      if (verb === 'watch') act();
    };
  }

  claim(name = 'restored'): KubeObject {
    return this.sandbox.objects.get(claims, namespace, name);
  }

  phase(): string | undefined {
    return (this.claim().status as { phase?: string } | undefined)?.phase;
  }

  isThere(name = 'restored'): boolean {
    return this.sandbox.objects.find(claims, namespace, name) !== undefined;
  }

  verbs(): string[] {
    return this.faults.requests.map(({ verb }) => verb);
  }

  /** As who cuts its finalizers and deletes it. */
  loseContent(): void {
    for (const content of this.sandbox.objects.all(contents)) {
      this.sandbox.objects.touch(contents, content, ({ metadata }) => void (metadata.finalizers = []));
      this.sandbox.objects.delete(contents, undefined, content.metadata.name ?? '');
    }
  }

  /** Makes a snapshot of the data of `monday` that knows of no claim, as `rebind` does. */
  async bringBack(name: string): Promise<void> {
    const { objects } = this.sandbox;
    const [content] = objects.all(contents) as SnapshotContent[];
    const source = { snapshotHandle: content?.status?.snapshotHandle };
    const manifest = (one: string, spec: object): KubeObject => ({
      apiVersion: '',
      kind: '',
      metadata: { name: one, labels: tiered() },
      spec,
    });
    const volumeSnapshotRef = { namespace, name };
    const spec = { driver, deletionPolicy: 'Retain', source, volumeSnapshotRef };
    objects.create(contents, undefined, manifest(`of-${name}`, spec));
    const bound = { source: { volumeSnapshotContentName: `of-${name}` } };
    objects.create(snapshots, namespace, manifest(name, bound));
    await vi.waitUntil(() => {
      const { status } = objects.get(snapshots, namespace, name);
      return (status as { readyToUse?: boolean } | undefined)?.readyToUse;
    });
  }

  createClass(name: string, fields: object = {}): void {
    const manifest = { apiVersion: '', kind: '', metadata: { name }, provisioner: driver, ...fields };
    this.sandbox.objects.create(storageClasses, undefined, manifest);
  }

  /** As the provisioner does; of the claim, unless of the one with another uid. Not twice by the same name. */
  reportFailure(name: string, lastTimestamp: string, message: string, uid = this.claim().metadata.uid): void {
    if (this.sandbox.objects.find(events, namespace, name)) return;
    const involvedObject = { kind: 'PersistentVolumeClaim', namespace, name: 'restored', uid };
    const event = { apiVersion: '', kind: '', metadata: { name }, reason: 'ProvisioningFailed' };
    this.sandbox.objects.create(events, namespace, { ...event, involvedObject, lastTimestamp, message });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.faults[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }
}
