import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../src/kube/object.ts';
import {
  claims,
  clusterRoleBindings,
  clusterRoles,
  contents,
  pods,
  serviceAccounts,
  snapshots,
} from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { namespace, openVolume, snap, tiered } from '../../retention/real-snapshots.ts';

/** A person who may do what `restore` needs, and no more. */
export const person = { serviceAccount: { namespace: 'default', name: 'person' }, namespace };

/** A snapshot `monday` of a volume whose file says `monday`; by now it says `today`. */
export async function openMonday(): Promise<Sandbox> {
  const sandbox = await openVolume();
  allowRestores(sandbox);
  const file = join(sandbox.volume(namespace, 'data'), 'file');
  writeFileSync(file, 'monday');
  await snap(sandbox, 'monday', tiered());
  writeFileSync(file, 'today');
  return sandbox;
}

function allowRestores({ objects }: Sandbox): void {
  const manifest = (kind: string, name: string): KubeObject => ({ apiVersion: '', kind, metadata: { name } });
  const { serviceAccount } = person;
  objects.create(serviceAccounts, serviceAccount.namespace, manifest('ServiceAccount', serviceAccount.name));
  const rule = (group: string, resource: string, ...verbs: string[]) => ({
    apiGroups: [group],
    resources: [resource],
    verbs,
  });
  const rules = [
    rule('snapshot.storage.k8s.io', 'volumesnapshots', 'get'),
    rule('snapshot.storage.k8s.io', 'volumesnapshotcontents', 'get'),
    rule('storage.k8s.io', 'storageclasses', 'list'),
    rule('', 'persistentvolumeclaims', 'get', 'list', 'watch', 'create'),
    rule('', 'events', 'list'),
  ];
  objects.create(clusterRoles, undefined, { ...manifest('ClusterRole', 'restore'), rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'restore' };
  const subjects = [{ kind: 'ServiceAccount', ...serviceAccount }];
  const binding = { ...manifest('ClusterRoleBinding', 'restore'), roleRef, subjects };
  objects.create(clusterRoleBindings, undefined, binding);
}

/** What the file on the volume of a claim says. */
export function fileOf(sandbox: Sandbox, claim: string): string {
  return readFileSync(join(sandbox.volume(namespace, claim), 'file'), 'utf8');
}

/** The storage cannot make a volume from a snapshot, until what this gives is called. */
export function stallStorage({ objects }: Sandbox): () => void {
  const handles = objects.all(contents).map((content) => ({ content, status: content.status }));
  const set = (content: KubeObject, status: unknown): void =>
    objects.touch(contents, content, (current) => void (current.status = status), 'status');
  for (const { content, status } of handles) {
    set(content, { ...(status as object), snapshotHandle: undefined });
  }
  return () => {
    for (const { content, status } of handles) set(content, status);
    // The controller of claims looks at them again when a snapshot changes.
    for (const snapshot of objects.all(snapshots)) {
      objects.touch(
        snapshots,
        snapshot,
        ({ metadata }) => void (metadata.labels = { ...metadata.labels, touched: 'yes' }),
      );
    }
  };
}

/** A claim of the same name as the one to be restored, which somebody else has made. */
export function createForeignClaim({ objects }: Sandbox, name: string): void {
  const resources = { requests: { storage: '1Gi' } };
  const spec = { accessModes: ['ReadWriteOnce'], resources };
  objects.create(claims, namespace, { apiVersion: '', kind: '', metadata: { name }, spec });
}

export function createPodWith(sandbox: Sandbox, claim: string): void {
  const volumeMounts = [{ name: 'data', mountPath: sandbox.volume(namespace, claim) }];
  sandbox.objects.create(pods, namespace, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `user-of-${claim}` },
    spec: {
      containers: [{ name: 'main', image: 'this-machine', volumeMounts }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
    },
  });
}
