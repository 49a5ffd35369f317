import { join } from 'node:path';
import type { Cluster } from '../cluster.ts';
import { namespaces, storageClasses } from '../objects/kinds.ts';
import { BackupStore } from './backup-store.ts';
import { controlBackups } from './backups.ts';
import { Engine } from './engine.ts';
import {
  backupTargets,
  longhornClass,
  longhornDriver,
  longhornNamespace,
  settings,
  targetName,
} from './kinds.ts';
import { admission } from './admission.ts';
import { controlSnapshots } from './snapshots.ts';
import { controlTarget } from './target.ts';
import { controlVolumes } from './volumes.ts';

export interface LonghornOptions {
  /** The folder of the backup target, which outlives the sandbox; one inside of it otherwise. */
  readonly target?: string;
  /** How long each transition of a status takes, by the clock of the sandbox; 0. */
  readonly stepMs?: number;
}

/** What Longhorn's controllers share, and what a test may do to them. */
export class Longhorn {
  readonly cluster: Cluster;
  readonly store: BackupStore;
  readonly stepMs: number;
  /** Bytes that backups have moved to the target since the start. */
  movedBytes = 0;
  /** Whether the backup target answers; see `setTargetReachable`. */
  #isReachable = true;
  readonly #engines = new Map<string, Engine>();
  readonly #restarting = new Set<string>();
  readonly #failing: string[] = [];

  constructor(cluster: Cluster, { target, stepMs = 0 }: LonghornOptions) {
    this.cluster = cluster;
    this.store = new BackupStore(target ?? join(cluster.volumes.folder, 'backup-target'));
    this.stepMs = stepMs;
  }

  get isTargetReachable(): boolean {
    return this.#isReachable;
  }

  /** An outage of the backup target, or its end: the target's resource says it at its next look, which is at once here. */
  setTargetReachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
    this.touchTarget();
  }

  touchTarget(): void {
    const { objects, clock } = this.cluster;
    const target = objects.find(backupTargets, longhornNamespace, targetName);
    if (!target) return;
    const looked = { 'sandbox.backup-ns.sh/looked': String(clock.monotonic()) };
    objects.touch(
      backupTargets,
      target,
      ({ metadata }) => void (metadata.annotations = { ...metadata.annotations, ...looked }),
    );
  }

  engineOf(volume: string): Engine {
    const engine = this.#engines.get(volume) ?? new Engine();
    this.#engines.set(volume, engine);
    return engine;
  }

  forgetEngine(volume: string): void {
    this.#engines.delete(volume);
  }

  /** Until `engineIsBack`, nothing of the volume is snapshotted, deleted or backed up. */
  restartEngine(volume: string): void {
    this.#restarting.add(volume);
  }

  engineIsBack(volume: string): void {
    this.#restarting.delete(volume);
  }

  isRestarting(volume: string): boolean {
    return this.#restarting.has(volume);
  }

  /** The next backup ends in state Error, with these words. */
  failNextBackup(words: string): void {
    this.#failing.push(words);
  }

  takeFailure(): string | undefined {
    return this.#failing.shift();
  }

  /** Where the content of a snapshot lies. */
  folderOf(volume: string, snapshot: string): string {
    return this.cluster.volumes.ofSnapshot(join('longhorn', volume, snapshot));
  }

  /** One transition. */
  step(): Promise<void> {
    return this.cluster.clock.sleep(this.stepMs, this.cluster.signal);
  }
}

const bootSettings = {
  'snapshot-max-count': '250',
  'auto-cleanup-snapshot-when-delete-backup': 'false',
  'concurrent-volume-backup-restore-per-node-limit': '5',
};

/** What Longhorn's installation brings, and its controllers. */
export function startLonghorn(cluster: Cluster, options: LonghornOptions): Longhorn {
  const longhorn = new Longhorn(cluster, options);
  const { objects } = cluster;
  const blank = { apiVersion: '', kind: '' };
  objects.create(namespaces, undefined, { ...blank, metadata: { name: longhornNamespace } });
  objects.create(storageClasses, undefined, {
    ...blank,
    metadata: { name: longhornClass },
    provisioner: longhornDriver,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  });
  for (const [name, value] of Object.entries(bootSettings))
    objects.create(settings, longhornNamespace, { ...blank, metadata: { name }, value });
  objects.create(backupTargets, longhornNamespace, {
    ...blank,
    metadata: { name: targetName },
    spec: { backupTargetURL: `file://${longhorn.store.folder}`, pollInterval: '5m0s', syncRequestedAt: null },
  });
  objects.admissions.push(admission(longhorn));
  controlVolumes(longhorn);
  controlSnapshots(longhorn);
  controlBackups(longhorn);
  controlTarget(longhorn);
  longhorn.touchTarget();
  return longhorn;
}
