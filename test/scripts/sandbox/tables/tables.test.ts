import { expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import * as resources from '../../../../src/kube/resources.ts';
import { tableOf } from '../../../../scripts/sandbox/tables/tables.ts';

const now = new Date('2025-03-01T12:00:00Z');
const metadata = {
  name: 'a',
  namespace: 'shop',
  creationTimestamp: '2025-03-01T11:00:00Z',
  labels: { app: 'x' },
};

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly conditions?: unknown }[];
}

/** The table of one object of this resource, called `a` and an hour old. */
function table(resource: resources.Resource, fields: Record<string, unknown>): Table {
  const object: KubeObject = { apiVersion: 'v1', kind: 'Any', metadata, ...fields };
  return tableOf(resource, [object], now, '7') as Table;
}

/** What `kubectl get` prints, with `|` between the columns; those of `-o wide` stand behind `||`. */
function printed(resource: resources.Resource, fields: Record<string, unknown>): [string, string] {
  const { columnDefinitions, rows } = table(resource, fields);
  const line = (values: readonly unknown[]) => {
    const isWide = (_: unknown, at: number) => columnDefinitions[at]?.priority === 1;
    const narrow = values.filter((value, at) => !isWide(value, at)).join('|');
    const wide = values.filter(isWide).join('|');
    return wide ? `${narrow}||${wide}` : narrow;
  };
  return [line(columnDefinitions.map(({ name }) => name)), line(rows[0]?.cells ?? [])];
}

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' };
const template = {
  spec: {
    containers: [
      { name: 'web', image: 'web:1' },
      { name: 'log', image: 'log:2' },
    ],
  },
};
const selector = { matchLabels: { app: 'x' } };
const hourAgo = '2025-03-01T11:00:00Z';

// The expectations agree with those of Kubernetes 1.36.3, to which the same objects were given.
test.each<[resources.Resource, Record<string, unknown>, string, string]>([
  [
    resources.pods,
    {
      spec: { nodeName: 'n1', containers: [{ name: 'c' }] },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        containerStatuses: [{ name: 'c', ready: true, state: { running: {} } }],
      },
    },
    'Name|Ready|Status|Restarts|Age||IP|Node|Nominated Node|Readiness Gates',
    'a|1/1|Running|0|60m||10.0.0.1|n1|<none>|<none>',
  ],
  [
    resources.deployments,
    {
      spec: { replicas: 3, selector, template },
      status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 },
    },
    'Name|Ready|Up-to-date|Available|Age||Containers|Images|Selector',
    'a|2/3|3|1|60m||web,log|web:1,log:2|app=x',
  ],
  [
    resources.statefulSets,
    { spec: { replicas: 3, template } },
    'Name|Ready|Age||Containers|Images',
    'a|0/3|60m||web,log|web:1,log:2',
  ],
  [
    resources.replicaSets,
    { spec: { replicas: 3, selector: {}, template }, status: { replicas: 2, readyReplicas: 1 } },
    'Name|Desired|Current|Ready|Age||Containers|Images|Selector',
    'a|3|2|1|60m||web,log|web:1,log:2|<none>',
  ],
  [
    { group: 'apps', version: 'v1', plural: 'daemonsets', kind: 'DaemonSet' },
    { spec: { selector, template }, status: { desiredNumberScheduled: 2, numberReady: 1 } },
    'Name|Desired|Current|Ready|Up-to-date|Available|Node Selector|Age||Containers|Images|Selector',
    'a|2|0|1|0|0|<none>|60m||web,log|web:1,log:2|app=x',
  ],
  [
    resources.jobs,
    {
      spec: {
        completions: 1,
        template,
        selector: { matchExpressions: [{ key: 'b', operator: 'In', values: ['y', 'x'] }] },
      },
      status: {
        succeeded: 1,
        startTime: hourAgo,
        completionTime: '2025-03-01T11:03:20Z',
        conditions: [{ type: 'Complete', status: 'True' }],
      },
    },
    'Name|Status|Completions|Duration|Age||Containers|Images|Selector',
    'a|Complete|1/1|3m20s|60m||web,log|web:1,log:2|b in (x,y)',
  ],
  [
    resources.cronJobs,
    {
      spec: { schedule: '0 3 * * *', suspend: false, jobTemplate: { spec: { template } } },
      status: { active: [{}], lastScheduleTime: hourAgo },
    },
    'Name|Schedule|Timezone|Suspend|Active|Last Schedule|Age||Containers|Images|Selector',
    'a|0 3 * * *|<none>|False|1|60m|60m||web,log|web:1,log:2|<none>',
  ],
  [
    resources.persistentVolumeClaims,
    {
      spec: { volumeName: 'pv', storageClassName: 'fast', volumeMode: 'Filesystem' },
      status: {
        phase: 'Bound',
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
      },
    },
    'Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age||VolumeMode',
    'a|Bound|pv|1Gi|RWO,RWX|fast|<unset>|60m||Filesystem',
  ],
  [
    resources.persistentVolumeClaims,
    { spec: { storageClassName: 'fast' }, status: { phase: 'Pending' } },
    'Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age||VolumeMode',
    'a|Pending||||fast|<unset>|60m||<unset>',
  ],
  [
    resources.persistentVolumes,
    {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOncePod'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace: 'shop', name: 'data' },
        storageClassName: 'fast',
      },
      status: { phase: 'Bound' },
    },
    'Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age||VolumeMode',
    'a|1Gi|RWOP|Retain|Bound|shop/data|fast|<unset>||60m||<unset>',
  ],
  [resources.configMaps, { data: { a: '' }, binaryData: { b: '' } }, 'Name|Data|Age', 'a|2|60m'],
  [resources.secrets, { type: 'Opaque', data: { a: '' } }, 'Name|Type|Data|Age', 'a|Opaque|1|60m'],
  [resources.namespaces, { status: { phase: 'Active' } }, 'Name|Status|Age', 'a|Active|60m'],
  [
    resources.events,
    {
      type: 'Warning',
      reason: 'Failed',
      message: 'it broke\n',
      involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec' },
      source: { component: 'kubelet', host: 'n1' },
      firstTimestamp: hourAgo,
      lastTimestamp: '2025-03-01T11:59:55Z',
      count: 3,
    },
    'Last Seen|Type|Reason|Object|Message||Subobject|Source|First Seen|Count|Name',
    '5s|Warning|Failed|pod/p|it broke||spec|kubelet, n1|60m|3|a',
  ],
  [
    { group: '', version: 'v1', plural: 'nodes', kind: 'Node' },
    {
      metadata: { ...metadata, labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
        nodeInfo: { kubeletVersion: 'v1.36.3', kernelVersion: '6.1', architecture: 'amd64' },
      },
    },
    'Name|Status|Roles|Age|Version||Internal-IP|External-IP|OS-Image|Kernel-Version|Container-Runtime',
    'a|Ready,SchedulingDisabled|control-plane|60m|v1.36.3||10.0.0.9|<none>|<unknown>|6.1 (amd64)|<unknown>',
  ],
  [
    resources.services,
    {
      spec: {
        type: 'NodePort',
        clusterIPs: ['10.1.0.1'],
        ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
        selector: { b: 'c', a: 'd' },
      },
    },
    'Name|Type|Cluster-IP|External-IP|Port(s)|Age||Selector',
    'a|NodePort|10.1.0.1|<none>|80:30080/TCP|60m||a=d,b=c',
  ],
  [{ group: '', version: 'v1', plural: 'serviceaccounts', kind: 'ServiceAccount' }, {}, 'Name|Age', 'a|60m'],
  [resources.leases, { spec: { holderIdentity: 'me' } }, 'Name|Holder|Age', 'a|me|60m'],
  [
    resources.storageClasses,
    {
      metadata: { ...metadata, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'csi',
    },
    'Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age',
    'a (default)|csi|Delete|Immediate|false|60m',
  ],
  [{ ...rbac, plural: 'roles', kind: 'Role' }, {}, 'Name|Created At', `a|${hourAgo}`],
  [
    { ...rbac, plural: 'rolebindings', kind: 'RoleBinding' },
    {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's', namespace: 'n' },
      ],
    },
    'Name|Role|Age||Users|Groups|ServiceAccounts',
    'a|Role/r|60m||u||n/s',
  ],
  [
    resources.volumeSnapshots,
    {
      spec: { source: { persistentVolumeClaimName: 'data' }, volumeSnapshotClassName: 'csi' },
      status: {
        readyToUse: true,
        restoreSize: '1Gi',
        boundVolumeSnapshotContentName: 'c',
        creationTime: hourAgo,
      },
    },
    'Name|ReadyToUse|SourcePVC|SourceSnapshotContent|RestoreSize|SnapshotClass|SnapshotContent|CreationTime|Age',
    'a|true|data||1Gi|csi|c|60m|60m',
  ],
  [
    resources.volumeSnapshotContents,
    {
      spec: {
        deletionPolicy: 'Delete',
        driver: 'd',
        volumeSnapshotClassName: 'csi',
        volumeSnapshotRef: { name: 's', namespace: 'shop' },
      },
      status: { readyToUse: false, restoreSize: 1024 },
    },
    'Name|ReadyToUse|RestoreSize|DeletionPolicy|Driver|VolumeSnapshotClass|VolumeSnapshot|VolumeSnapshotNamespace|Age',
    'a|false|1024|Delete|d|csi|s|shop|60m',
  ],
  [
    resources.volumeSnapshotClasses,
    { driver: 'd', deletionPolicy: 'Retain' },
    'Name|Driver|DeletionPolicy|Age',
    'a|d|Retain|60m',
  ],
  [{ group: 'longhorn.io', version: 'v1', plural: 'volumes', kind: 'Volume' }, {}, 'Name|Age', 'a|60m'],
])('kubectl prints %o', (resource, fields, header, line) => {
  expect(printed(resource, fields)).toEqual([header, line]);
});

test('what a custom resource does not say is null, not empty', () => {
  expect(table(resources.volumeSnapshots, {}).rows[0]?.cells).toEqual([
    'a',
    ...Array.from({ length: 7 }, () => null),
    '60m',
  ]);
});

test('a pod that has ended has its row marked', () => {
  expect(table(resources.pods, { status: { phase: 'Failed' } }).rows[0]?.conditions).toEqual([
    { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
  ]);
  expect(table(resources.pods, { status: { phase: 'Running' } }).rows[0]).not.toHaveProperty('conditions');
});

test('a table names its version, and each row carries the metadata of its object', () => {
  expect(table(resources.configMaps, { data: { a: 'b' } })).toEqual({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '7' },
    columnDefinitions: [
      expect.objectContaining({ name: 'Name', type: 'string', format: 'name', priority: 0 }),
      expect.objectContaining({ name: 'Data', type: 'string', format: '', priority: 0 }),
      expect.objectContaining({ name: 'Age', type: 'string', format: '', priority: 0 }),
    ],
    rows: [
      {
        cells: ['a', 1, '60m'],
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
      },
    ],
  });
});

test('a table holds as much of each object as is asked for', () => {
  const object: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque' };
  const rows = (include: 'Object' | 'None') =>
    (tableOf(resources.secrets, [object], now, '7', include) as { rows: unknown }).rows;
  expect(rows('Object')).toMatchObject([{ object }]);
  expect(rows('None')).toMatchObject([{ object: null }]);
});
