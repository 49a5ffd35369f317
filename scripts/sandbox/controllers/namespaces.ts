import type { KubeObject } from '../../../src/kube/object.ts';
import type { Definition } from '../objects/definition.ts';
import type { Cluster } from '../cluster.ts';
import { control, isDeleting } from './controller.ts';
import { namespaces, serviceAccounts } from '../objects/kinds.ts';

/** A new namespace gets its service account; one that is deleted is emptied first. */
export function controlNamespaces(cluster: Cluster, definitions: readonly Definition[]): void {
  const { objects } = cluster;
  const inside = definitions.filter(({ isNamespaced }) => isNamespaced);
  const ofNamespace = ({ metadata }: KubeObject): KubeObject[] => {
    const own = objects.find(namespaces, undefined, metadata.namespace ?? '');
    return own && isDeleting(own) ? [own] : [];
  };

  control(
    cluster,
    namespaces,
    reconcile,
    inside.map((definition) => ({ definition, affected: ofNamespace })),
  );

  function reconcile(namespace: KubeObject): void {
    const { name = '' } = namespace.metadata;
    if (!isDeleting(namespace)) {
      if (!objects.find(serviceAccounts, name, 'default')) {
        objects.create(serviceAccounts, name, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default' },
        });
      }
      return;
    }
    const content = inside.flatMap((definition) =>
      objects.all(definition, name).map((object) => ({ definition, object })),
    );
    if (content.length === 0) {
      objects.touch(namespaces, namespace, (current) => void (current.spec = { finalizers: [] }));
      return;
    }
    for (const { definition, object } of content) {
      // What went by the deletion of another one is gone.
      const isThere = objects.find(definition, name, object.metadata.name ?? '');
      if (isThere && !isDeleting(isThere)) objects.delete(definition, name, object.metadata.name ?? '');
    }
  }
}
