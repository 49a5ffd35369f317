import { doctor } from '../../src/cli/doctor.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { DoctorReport } from '../../src/doctor/doctor.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { cronJobs, snapshotClasses } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { runCommand } from '../fuzz/run-command.ts';

/** A healthy shop: an app on a volume, a CronJob that backs it up, and a class that retains. */
export async function openShop(): Promise<Sandbox> {
  const sandbox = await openSandbox();
  await provisionVolume(sandbox, 'shop');
  const { settings, serviceAccount } = await deployApp(sandbox, 'shop');
  for (const { metadata } of sandbox.objects.all(snapshotClasses))
    change(sandbox, metadata.name ?? '', 'Retain');
  addCronJob(sandbox, settings, serviceAccount.name);
  return sandbox;
}

export function change(sandbox: Sandbox, name: string, deletionPolicy: string): void {
  const found = sandbox.objects.get(snapshotClasses, undefined, name);
  sandbox.objects.touch(snapshotClasses, found, (object) => {
    (object as KubeObject & { deletionPolicy?: string }).deletionPolicy = deletionPolicy;
  });
}

export function addCronJob(
  sandbox: Sandbox,
  settings: Readonly<Record<string, unknown>>,
  serviceAccountName: string,
  name = 'backup',
  podSpec: { readonly volumes?: readonly { readonly name: string; readonly [kind: string]: unknown }[] } = {},
): void {
  const env = Object.entries(settings).map(([key, value]) =>
    typeof value === 'string' ? { name: key, value } : { name: key, valueFrom: value },
  );
  const volumeMounts = (podSpec.volumes ?? []).map((volume) => ({ name: volume.name, mountPath: '/locks/' }));
  const container = {
    name: 'create',
    image: 'ghcr.io/backup-ns/backup-ns:1',
    args: ['create'],
    env,
    volumeMounts,
  };
  const template = {
    spec: { ...podSpec, serviceAccountName, restartPolicy: 'Never', containers: [container] },
  };
  sandbox.objects.create(cronJobs, 'shop', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: { schedule: '30 4 * * *', jobTemplate: { spec: { template } } },
  });
}

export interface Examined {
  readonly diagnoses: readonly Diagnosis[];
  readonly error: unknown;
  readonly table: string;
  readonly requests: readonly {
    readonly verb: string;
    readonly resource: string;
    readonly query: URLSearchParams;
  }[];
  /** Those of a check that are not `ok`, as sentences. */
  readonly bad: (check: string) => string[];
  readonly ok: (check: string) => boolean;
}

export async function examined(
  sandbox: Sandbox,
  flags: Record<string, string> = { namespace: 'shop' },
  account: Account = {},
): Promise<Examined> {
  const { result, error, printed, requests } = await runCommand(doctor, { flags, account }, sandbox);
  const { diagnoses } = result as DoctorReport;
  const of = (check: string) => diagnoses.filter((one) => one.check === check);
  return {
    diagnoses,
    error,
    table: printed['table'] ?? '',
    requests: requests as unknown as Examined['requests'],
    bad: (check) =>
      of(check)
        .filter(({ verdict }) => verdict !== 'ok')
        .map(({ verdict, what, todo }) => `${verdict}: ${todo ? `${what}; ${todo}` : what}`),
    ok: (check) => of(check).length > 0 && of(check).every(({ verdict }) => verdict === 'ok'),
  };
}
