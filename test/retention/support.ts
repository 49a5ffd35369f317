import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import {
  clusterRoleBindings,
  clusterRoles,
  namespaces,
  serviceAccounts,
  snapshots,
} from '../sandbox/controllers/kinds.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';

export const now = new Date('2026-11-21T12:00:00Z');
const lastNight = new Date('2026-11-21T02:30:00Z');

/** What `retain` may do, and no more: cluster-wide, or only some of it. */
export const retainAccount = { serviceAccount: { namespace: 'default', name: 'retain' } };

export interface Fleet {
  readonly namespace: string;
  readonly pvc: string;
  readonly nights: number;
}

/** A sandbox at noon in which every night of these volumes has its snapshot. */
export async function openFleet(fleet: readonly Fleet[]): Promise<Sandbox> {
  const sandbox = await openSandbox({ start: now });
  const { objects } = sandbox;
  const manifest = (kind: string, name: string): KubeObject => ({ apiVersion: '', kind, metadata: { name } });
  for (const namespace of new Set(fleet.map((one) => one.namespace))) {
    objects.create(namespaces, undefined, manifest('Namespace', namespace));
  }
  for (const { namespace, pvc, nights } of fleet) {
    sandbox.load(snapshots, nightlySnapshots(namespace, pvc, nights, lastNight));
  }
  const { serviceAccount } = retainAccount;
  objects.create(serviceAccounts, serviceAccount.namespace, manifest('ServiceAccount', serviceAccount.name));
  const rules = [
    {
      apiGroups: ['snapshot.storage.k8s.io'],
      resources: ['volumesnapshots'],
      verbs: ['get', 'list', 'patch'],
    },
  ];
  objects.create(clusterRoles, undefined, { ...manifest('ClusterRole', 'retain'), rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'retain' };
  const subjects = [{ kind: 'ServiceAccount', ...serviceAccount }];
  objects.create(clusterRoleBindings, undefined, {
    ...manifest('ClusterRoleBinding', 'retain'),
    roleRef,
    subjects,
  });
  return sandbox;
}

/** `namespace/name`: the tiers it has a label of. */
export function tiersLeft({ objects }: Sandbox): Record<string, string> {
  const all = objects.all(snapshots).map(({ metadata }) => {
    const { namespace, name, labels = {} } = metadata;
    const tiers = (['daily', 'weekly', 'monthly'] as const).filter(
      (tier) => labels[label[tier]] !== undefined,
    );
    return [`${namespace}/${name}`, tiers.join(' ')];
  });
  return Object.fromEntries(all.filter(([, tiers]) => tiers !== '')) as Record<string, string>;
}
