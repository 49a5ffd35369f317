import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  cronJobs,
  events,
  jobs,
  leases,
  namespaces,
  pods,
  roleBindings,
  roles,
} from '../../scripts/sandbox/objects/kinds.ts';
import { freePort } from '../../scripts/servers/free-port.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { Scene, server } from '../databases/operations/scene.ts';
import { startCommand } from '../support/command-process.ts';
import { sampled } from '../support/exhaustive.ts';
import { object } from '../support/objects.ts';
import { blankPostgres } from '../support/servers.ts';

beforeAll(blankPostgres);

/** What a user has done wrong, or what has happened at night. */
interface Mistake {
  readonly settings?: (scene: Scene) => Promise<Record<string, string>> | Record<string, string>;
  readonly before?: (scene: Scene) => void;
  readonly cronJob?: Record<string, unknown>;
  /** Where the pod does not even start: what the kubelet says of its container. */
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** Where there is no Job. */
  readonly isIdle?: boolean;
}

const mistakes: readonly (readonly [string, Mistake])[] = [
  // The chart makes the role from the same value.
  [
    'wrong-deployment',
    { before: allowDeployments, settings: () => ({ BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/ap' }) },
  ],
  ['wrong-container', { settings: () => ({ BAK_DB_POSTGRES_EXEC_CONTAINER: 'postgress' }) }],
  ['wrong-pvc', { settings: () => ({ BAK_PVC_NAME: 'dta' }) }],
  ['wrong-setting', { settings: () => ({ BAK_PVCNAME: 'data' }) }],
  ['wrong-class', { settings: () => ({ BAK_VS_CLASS_NAME: 'fsat' }) }],
  ['database-down', { settings: async () => ({ BAK_DB_POSTGRES_PORT: String(await freePort()) }) }],
  ['suspended', { cronJob: { suspend: true }, isIdle: true }],
  [
    'image-missing',
    {
      waiting: {
        reason: 'ImagePullBackOff',
        message:
          'Back-off pulling image "ghcr.io/backup-ns/backup-ns:0.1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.io/backup-ns/backup-ns:0.1": not found',
      },
    },
  ],
  ['permission-missing', { before: withoutExec }],
  ['lock-held', { before: heldLease, settings: () => ({ BAK_LEASE_TIMEOUT_SEC: '1' }) }],
  ['volume-full', { settings: () => ({ BAK_THRESHOLD_SPACE_USED_PERCENTAGE: '1' }) }],
  ['wrong-password', { settings: () => ({ BAK_DB_POSTGRES_PASSWORD: 'wrong' }) }],
];

function withoutExec({ sandbox, app }: Scene): void {
  sandbox.objects.update(roles, app.namespace, app.serviceAccount.name, (role) => {
    const rules = role['rules'] as { resources: string[] }[];
    return { ...role, rules: rules.filter(({ resources }) => !resources.includes('pods/exec')) };
  });
}

function allowDeployments(scene: Scene): void {
  allow(scene, 'deployments', [{ verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'] }]);
}

function heldLease({ sandbox, app }: Scene): void {
  const time = new Date(sandbox.clock.now().getTime() + 1000).toISOString().replace('Z', '000Z');
  const spec = {
    holderIdentity: 'backup-28999999-zzzzz',
    leaseDurationSeconds: 3600,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: 1,
  };
  sandbox.objects.create(leases, app.namespace, {
    ...object('Lease', { name: 'backup-ns', namespace: app.namespace }, { spec }),
    apiVersion: 'coordination.k8s.io/v1',
  });
}

/** What the chart's role has besides what a backup needs. */
function allowEvents(scene: Scene): void {
  allow(scene, 'events', [
    { verbs: ['create'], apiGroups: [''], resources: ['events'] },
    { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    { verbs: ['get'], apiGroups: ['batch'], resources: ['jobs'] },
  ]);
}

function allow({ sandbox, app }: Scene, name: string, rules: readonly object[]): void {
  const { namespace } = app;
  const subjects = [{ kind: 'ServiceAccount', ...app.serviceAccount }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  sandbox.objects.create(roles, namespace, object('Role', { name }, { rules }));
  sandbox.objects.create(roleBindings, namespace, object('RoleBinding', { name }, { subjects, roleRef }));
}

const ofBatch = (kind: string, metadata: object, more: Record<string, unknown>): KubeObject => ({
  ...object(kind, metadata as KubeObject['metadata'], more),
  apiVersion: 'batch/v1',
});
const ownedBy = ({ kind, metadata }: KubeObject) => ({
  ownerReferences: [
    { apiVersion: 'batch/v1', kind, name: metadata.name ?? '', uid: metadata.uid ?? '', controller: true },
  ],
});

/** The CronJob as the chart makes it, and its Job and pod of this night, with the backup that it runs. */
async function night(scene: Scene, { settings = () => ({}), before, cronJob, waiting, isIdle }: Mistake) {
  const { sandbox, app } = scene;
  const { namespace } = app;
  const given = { ...app.settings, BAK_DB_POSTGRES_GLOBALS: 'false', ...(await settings(scene)) };
  const env = Object.entries(given).map(([name, value]) => ({ name, value }));
  const container = { name: 'create', image: 'ghcr.io/backup-ns/backup-ns:0.1', args: ['create'], env };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  const labels = { 'app.kubernetes.io/name': 'backup-ns' };
  const spec = { schedule: '30 4 * * *', suspend: false, jobTemplate: { spec: { template } }, ...cronJob };
  // The controllers of the sandbox leave it alone: what they would do is written here.
  const made = sandbox.objects.create(
    cronJobs,
    namespace,
    ofBatch('CronJob', { name: 'backup', namespace, labels }, { spec: { ...spec, suspend: true } }),
  );
  sandbox.load(cronJobs, [{ ...made, spec }]);
  if (isIdle) return;
  const name = 'backup-29000000';
  const job = sandbox.objects.create(
    jobs,
    namespace,
    ofBatch('Job', { name, namespace, ...ownedBy(made) }, { spec: { suspend: true, template } }),
  );
  const conditions = [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }];
  const state = { waiting };
  const status = waiting
    ? { phase: 'Pending', containerStatuses: [{ name: 'create', ready: false, restartCount: 0, state }] }
    : { phase: 'Failed' };
  const ofJob = { labels: { 'batch.kubernetes.io/job-name': name }, ...ownedBy(job) };
  const pod = { name: `${name}-abcde`, namespace, uid: 'uid-of-pod', ...ofJob };
  // Of another node, which no kubelet of the sandbox is.
  const loaded = object('Pod', pod, { spec: { ...template.spec, nodeName: 'elsewhere' }, status });
  sandbox.load(pods, [
    { ...loaded, metadata: { ...loaded.metadata, creationTimestamp: job.metadata.creationTimestamp! } },
  ]);
  if (waiting) {
    sandbox.load(jobs, [{ ...job, spec: { template } }]);
    return;
  }
  before?.(scene);
  allowEvents(scene);
  const account = { serviceAccount: app.serviceAccount, namespace };
  const run = startCommand(sandbox, {
    command: 'create',
    settings: { ...given, BAK_LABEL_VS_POD: pod.name },
    account,
  });
  const { exitCode } = await run.ended;
  expect(exitCode).toBeGreaterThan(1);
  sandbox.load(jobs, [{ ...job, spec: { template }, status: { failed: 1, conditions } }]);
}

/** Of the CronJob, as `kubectl describe` has them. */
function eventsOf({ sandbox, app }: Scene): string {
  const all = sandbox.objects.all(events, app.namespace) as readonly (KubeObject & Record<string, unknown>)[];
  const told = all
    .filter((event) => (event['involvedObject'] as { kind: string }).kind === 'CronJob')
    .map((event) => `  ${String(event['type'])}  ${String(event['reason'])}  ${String(event['message'])}\n`);
  return `Events:${told.length > 0 ? `\n${told.join('')}` : '  <none>\n'}`;
}

/** Without what is another on each machine and in each run. */
function settled(text: string, { app, database }: Scene): string {
  return text
    .replaceAll(app.volume, '/data')
    .replaceAll(database, 'shop')
    .replaceAll(String(server?.port), '5432')
    .replaceAll(/port \d+|PORT=?\d+/g, 'port 5432')
    .replaceAll(/\b(?:\d+(?:ms|[smhd]))+\b/g, 'TIME')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:5432')
    .replaceAll(/\bapp-[0-9a-f]{10}-[0-9a-z]{5}\b/g, 'app-0123456789-abcde')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIMESTAMP')
    .replaceAll(/ is \d+ % full/g, ' is 93 % full')
    .replaceAll(/ {2,}(?=\S)/g, '  ')
    .replaceAll(/ +$/gm, '');
}

describe.runIf(server)(
  'of a mistake the CronJob and status alone say what to do',
  { timeout: 60_000 },
  () => {
    test.each(sampled(mistakes, 2))('%s', async (name, mistake) => {
      await using scene = await Scene.open(10);
      expect(scene.sandbox.objects.find(namespaces, undefined, scene.app.namespace)).toBeDefined();
      await night(scene, mistake);
      const seen = startCommand(scene.sandbox, {
        command: 'status',
        args: ['-n', scene.app.namespace, '-o', 'wide'],
        settings: {},
        account: {},
      });
      const { stdout } = await seen.ended;
      const text = `$ kubectl describe cronjob backup\n${eventsOf(scene)}\n$ backup-ns status -o wide\n${stdout}`;
      await expect(settled(text, scene)).toMatchFileSnapshot(
        join(import.meta.dirname, 'mistakes', `${name}.txt`),
      );
    });
  },
);
