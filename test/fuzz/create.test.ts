import { describe, expect, it } from 'vitest';
import { create } from '../../src/cli/create.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { noteAnnotation } from '../../src/locks/lease.ts';
import { label } from '../../src/snapshots/labels.ts';
import type { Definition } from '../../scripts/sandbox/objects/definition.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import {
  claims,
  deployments,
  groups,
  jobs,
  leases,
  namespaces,
  persistentVolumes,
  pods,
  snapshots,
} from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { now } from '../retention/support.ts';
import { defectsOf, excessesIn, honestState, steeringIn, straysOf } from './judge.ts';
import { runCommand } from './run-command.ts';
import { size } from './size.ts';
import { slotsOf, withValue } from './slots.ts';
import { Draws, honestWorld, load } from './world.ts';

const namespace = 'tenant';
const verbs = [
  ...['get', 'list', 'watch', 'create', 'patch'].flatMap((verb) => [
    `${verb} leases`,
    `${verb} volumesnapshots`,
  ]),
  ...['get', 'list', 'watch', 'create', 'patch', 'delete'].map((verb) => `${verb} volumegroupsnapshots`),
  'get persistentvolumeclaims',
  'list persistentvolumeclaims',
  'get persistentvolumes',
  'list volumesnapshotclasses',
  'list volumegroupsnapshotclasses',
  'get deployments',
  'list pods',
  'get pods',
  'get jobs',
  'create events',
  'create selfsubjectaccessreviews',
  'create selfsubjectreviews',
];

/** What the account of a backup cannot look at without being allowed to, wherever a claim or a pod points. */
const settings = {
  BAK_NAMESPACE: namespace,
  BAK_PVC_NAME: 'data',
  BAK_LABEL_VS_RETAIN: 'daily_weekly_monthly',
  BAK_LABEL_VS_POD: 'backup-pod',
  BAK_VS_WAIT_UNTIL_READY: 'false',
  BAK_LEASE_TIMEOUT_SEC: '0',
};
/** To the end; and with a database, as far as its pod can be told from others. */
const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'without a dump': { ...settings, BAK_DB_SKIP: 'true' },
  'of a database': {
    ...settings,
    BAK_DB_POSTGRES: 'true',
    BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/db',
    BAK_DB_POSTGRES_DUMP_FILE: '/data/dump.sql.gz',
    BAK_DRY_RUN: 'true',
  },
};

function own(
  { group, version, kind }: Definition,
  name: string,
  fields: object = {},
  place: string | undefined = namespace,
): KubeObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const metadata = {
    name,
    uid: `uid-${name}`,
    creationTimestamp: '2026-11-01T02:30:00Z',
    ...(place !== '' && { namespace: place }),
  };
  return { apiVersion, kind, metadata, ...fields };
}

function owned(object: KubeObject, kind: string, name: string): KubeObject {
  const reference = { apiVersion: 'batch/v1', kind, name, uid: `uid-${name}`, controller: true };
  return { ...object, metadata: { ...object.metadata, ownerReferences: [reference] } };
}

const note = JSON.stringify({ hooks: [], frozen: [], snapshots: ['night'], groups: [] });
const lease = own(leases, 'backup-ns', { spec: { leaseDurationSeconds: 40, leaseTransitions: 1 } });
lease.metadata.annotations = { [noteAnnotation]: note };
const night = own(snapshots, 'night', { status: { readyToUse: true } });
night.metadata.labels = { [label.pvc]: 'data', [label.daily]: '2026-11-20' };

/** A namespace in which a backup succeeds: the object whose tenant is hostile is one of these. */
const tenant: readonly (readonly [Definition, KubeObject])[] = [
  [namespaces, own(namespaces, namespace, { status: { phase: 'Active' } }, '')],
  [claims, own(claims, 'data', { spec: { volumeName: 'pv' }, status: { phase: 'Bound' } })],
  [persistentVolumes, own(persistentVolumes, 'pv', { spec: { csi: { driver } } }, '')],
  [leases, lease],
  [snapshots, night],
  [pods, owned(own(pods, 'backup-pod'), 'Job', 'backup-job')],
  [jobs, owned(own(jobs, 'backup-job'), 'CronJob', 'backup')],
  [deployments, own(deployments, 'db', { spec: { selector: { matchLabels: { app: 'db' } } } })],
  [pods, databasePod()],
];

function databasePod(): KubeObject {
  const pod = own(pods, 'db-1', {
    spec: {
      containers: [{ name: 'postgres', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', message: '' }] },
  });
  pod.metadata.labels = { app: 'db' };
  return pod;
}

function renew({ objects }: Sandbox): void {
  for (const kind of [leases, snapshots, groups, pods, jobs, claims]) {
    for (const one of objects.all(kind, namespace)) objects.store.remove(`${kind.group}/${kind.plural}`, one);
  }
}

/** So many of them, from all over; the last ones, which are large, among them. */
function evenly<T>(all: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, (all.length - 1) / (count - 1));
  return all.filter(
    (_, index) => Math.floor((index + 1) / step) > Math.floor(index / step) || index === all.length - 1,
  );
}

const { seed, timeout } = size;
const targets = [
  { form: 'without a dump', kind: 'leases', name: 'backup-ns', runs: 20 },
  { form: 'without a dump', kind: 'volumesnapshots', name: 'night', runs: 6 },
  { form: 'without a dump', kind: 'persistentvolumeclaims', name: 'data', runs: 8 },
  { form: 'without a dump', kind: 'pods', name: 'backup-pod', runs: 6 },
  { form: 'without a dump', kind: 'jobs', name: 'backup-job', runs: 6 },
  { form: 'of a database', kind: 'pods', name: 'db-1', runs: 8 },
] as const;

describe(`create in a namespace with hostile objects (seed ${seed})`, () => {
  it.each(targets)(
    '$form asks for nothing outside of it, whatever $kind $name has',
    { timeout },
    async ({ form, kind, name, runs }) => {
      await using sandbox = await openSandbox({ start: now, isStill: true });
      load(sandbox, honestWorld());
      const before = honestState(sandbox);
      const problems: string[] = [];
      const all = new Draws(seed).each(slotsOf[kind]);
      for (const { slot, text } of evenly(all, size.isWhole ? Infinity : runs)) {
        renew(sandbox);
        const hostile = tenant.map(([definition, object]) => {
          const isTarget = definition.plural === kind && object.metadata.name === name;
          return [definition, [isTarget ? withValue(object, slot, text) : object]] as const;
        });
        for (const [definition, objects] of hostile) sandbox.load(definition, objects);
        const account = { namespace };
        const ran = await runCommand(create, { environment: forms[form] ?? {}, account }, sandbox);
        const where = `${slot.name} = ${JSON.stringify(text.slice(0, 60))}: `;
        for (const judge of [defectsOf, steeringIn, excessesIn])
          problems.push(...judge(ran).map((words) => where + words));
        problems.push(...straysOf(ran, { verbs, namespaces: [namespace] }).map((words) => where + words));
      }
      expect([...new Set(problems)]).toEqual([]);
      expect(honestState(sandbox)).toEqual(before);
    },
  );
});
