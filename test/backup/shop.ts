import { setImmediate } from 'node:timers/promises';
import type { ExecOptions } from '../../src/kube/kube.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import {
  deployments,
  leases,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  volumeSnapshotClasses,
  volumeSnapshots,
} from '../../src/kube/resources.ts';
import { createBackup } from '../../src/backup/create.ts';
import { dumpScript } from '../../src/databases/postgres/scripts.ts';
import type { BackupRequest } from '../../src/backup/request.ts';
import { createSettings } from '../../src/backup/settings/create.ts';
import { withNamesOf } from '../../src/cli/setting-names.ts';
import { withNamesIn } from '../support/with-names-in.ts';
import { readSettings, recordable } from '../../src/settings/read.ts';
import { sourcesOf } from '../settings/sources.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { scriptOf } from '../support/script-of.ts';

const driver = 'csi.example.com';
export const sha256 = 'ab'.repeat(32);

export interface ScriptAnswer {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

export const goodCheck: ScriptAnswer = {
  stdout:
    'directory=/data\nspace=/dev/sdb 1000 100 900 10% /data\nversion=17.2\ntool=17.4\ncurrent=\\0163\\0150\\0157\\0160\nuser=app\ndatabase=shop\nend\n',
};
export const goodDump: ScriptAnswer = {
  stdout: `begun=0\nwritten=600\nproven=0 1234 ${sha256}\nbegun=1\nproven=1 567 ${sha256}\nend\n`,
};

/** The pod of deployment `db`, with PVC `data` at /data. */
export function databasePod(name = 'db-1'): KubeObject {
  const container = { name: 'postgres', volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  return object(
    'Pod',
    { name, labels: { app: 'db' } },
    {
      spec: {
        containers: [container],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    },
  );
}

/** Namespace `shop`, in which a backup succeeds: snapshots become ready at once. */
export class Shop {
  readonly kube = new FakeKube();
  readonly context = testContext(this.kube);
  check: ScriptAnswer | ((options: ExecOptions) => Promise<ScriptAnswer>) = goodCheck;
  dump: ScriptAnswer | ((options: ExecOptions) => Promise<ScriptAnswer>) = goodDump;
  /** The commands of hooks: whatever does not begin with `sh`. */
  hook: (options: ExecOptions) => Promise<ScriptAnswer> = () => Promise.resolve({});
  /** The status that a new snapshot gets; undefined leaves it without one. */
  status: Record<string, unknown> | undefined = { readyToUse: true };
  readonly execs: ExecOptions[] = [];

  constructor() {
    const { kube } = this;
    kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: 'data' }, bound('pv-1')));
    kube.put(persistentVolumes, object('PersistentVolume', { name: 'pv-1' }, { spec: { csi: { driver } } }));
    const annotations = { 'snapshot.storage.kubernetes.io/is-default-class': 'true' };
    kube.put(
      volumeSnapshotClasses,
      object('VolumeSnapshotClass', { name: 'fast', annotations }, { driver, deletionPolicy: 'Retain' }),
    );
    const spec = { selector: { matchLabels: { app: 'db' } } };
    kube.put(deployments, object('Deployment', { name: 'db' }, { spec }));
    kube.put(pods, databasePod());
    kube.onCreate = (created) => {
      if (created.kind === 'VolumeSnapshot' && this.status)
        kube.put(volumeSnapshots, { ...created, status: this.status });
    };
    kube.onExec = (options) => this.#exec(options);
  }

  settings(environment: Record<string, string> = {}): BackupRequest {
    const { settings, rows } = readSettings(
      createSettings,
      sourcesOf({
        BAK_DB_POSTGRES: 'true',
        BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/db',
        BAK_DB_POSTGRES_DUMP_FILE: '/data/dump.sql.gz',
        BAK_DB_POSTGRES_PASSWORD: 'sesame',
        BAK_DB_POSTGRES_GLOBALS: 'false',
        BAK_LABEL_VS_RETAIN: 'daily_weekly_monthly',
        ...environment,
      }),
    );
    return { settings, recorded: recordable(rows), withNames: withNamesOf(createSettings.table) };
  }

  backup(environment: Record<string, string> = {}): ReturnType<typeof createBackup> {
    const request = this.settings(environment);
    return createBackup(request, this.context).catch((error: unknown) => {
      throw withNamesIn(error, request.withNames);
    });
  }

  /** Without the reviews of permissions, and what is done with the lease. */
  get calls(): string[] {
    return this.kube.calls.filter((call) => !call.startsWith('review ') && !call.endsWith(' leases'));
  }

  /** Gives the pod of the database a second volume. */
  addVolume(pvc: string): void {
    const { kube } = this;
    kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: pvc }, bound(`pv-${pvc}`)));
    kube.put(
      persistentVolumes,
      object('PersistentVolume', { name: `pv-${pvc}` }, { spec: { csi: { driver } } }),
    );
    const pod = structuredClone(kube.all(pods)[0]) as KubeObject & {
      spec: { volumes: object[]; containers: { volumeMounts: object[] }[] };
    };
    pod.spec.volumes.push({ name: pvc, persistentVolumeClaim: { claimName: pvc } });
    pod.spec.containers[0]?.volumeMounts.push({ name: pvc, mountPath: `/${pvc}` });
    kube.put(pods, pod);
  }

  /** What a killed run would leave to be undone. */
  get note(): string | undefined {
    return this.kube.all(leases)[0]?.metadata.annotations?.['backup-ns.sh/quiesced'];
  }

  /** Lets every change of the note take its time, and tells of each once it is done. */
  noteSlowly(tell: (note: string | undefined) => void): void {
    const patch = this.kube.patch.bind(this.kube);
    this.kube.patch = async (resource, key, change, options) => {
      const isNote = 'annotations' in ((change['metadata'] as object | undefined) ?? {});
      if (resource.plural !== 'leases' || !isNote) return patch(resource, key, change, options);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      const changed = await patch(resource, key, change, options);
      tell(this.note);
      return changed as never;
    };
  }

  /** In steps, so that all that happens now and then does so. */
  async passTime(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 5000) {
      this.context.clock.advance(5000);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
  }

  get snapshots(): KubeObject[] {
    return this.kube.all(volumeSnapshots);
  }

  async #exec(options: ExecOptions): Promise<number> {
    this.execs.push(options);
    if (options.command[0] !== 'sh') {
      const { exitCode = 0, stderr = '' } = await this.hook(options);
      options.stderr?.write(stderr);
      return exitCode;
    }
    const script = scriptOf(options) === dumpScript ? this.dump : this.check;
    const answer = typeof script === 'function' ? await script(options) : script;
    options.stdout?.write(answer.stdout ?? '');
    options.stderr?.write(answer.stderr ?? '');
    return answer.exitCode ?? 0;
  }
}

export function bound(volumeName: string): Record<string, unknown> {
  return { spec: { volumeName }, status: { phase: 'Bound' } };
}

/** Stays until it is aborted, as a long dump does. */
export function untilAborted({ signal }: ExecOptions): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
