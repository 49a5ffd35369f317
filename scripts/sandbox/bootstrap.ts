import { bootstrapRoles } from './access/bootstrap-roles.ts';
import type { Definition } from './objects/definition.ts';
import type { Objects } from './objects/objects.ts';
import { groupClasses, namespaces, nodes, snapshotClasses, storageClasses } from './objects/kinds.ts';
import { nodeName } from './controllers/pods.ts';
import { className, driver } from './driver.ts';

/** What a fresh cluster has. */
export function bootstrap(objects: Objects, definitions: readonly Definition[]): void {
  const create = (definition: Definition, name: string, fields: object, annotations = {}): void => {
    const { kind } = definition;
    objects.create(definition, undefined, {
      apiVersion: '',
      kind,
      metadata: { name, annotations },
      ...fields,
    });
  };
  for (const name of ['default', 'kube-system']) create(namespaces, name, {});
  for (const role of bootstrapRoles()) {
    const definition = definitions.find(({ kind }) => kind === role.kind);
    if (definition) objects.create(definition, undefined, role);
  }
  const definitionOf = definitions.find(({ kind }) => kind === 'CustomResourceDefinition');
  for (const { group, plural, kind, version } of definitions.filter(({ isCustom }) => isCustom)) {
    const versions = [{ name: version, served: true, storage: true }];
    const spec = { group, names: { plural, kind }, versions };
    if (definitionOf) create(definitionOf, `${plural}.${group}`, { spec });
  }
  create(nodes, nodeName, {});
  const ready = { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'sandbox' } };
  objects.update(nodes, undefined, nodeName, (node) => ({ ...node, status: ready }), {
    subresource: 'status',
  });
  create(
    storageClasses,
    className,
    { provisioner: driver, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
    { 'storageclass.kubernetes.io/is-default-class': 'true' },
  );
  create(
    snapshotClasses,
    className,
    { driver, deletionPolicy: 'Delete' },
    { 'snapshot.storage.kubernetes.io/is-default-class': 'true' },
  );
  create(
    groupClasses,
    className,
    { driver, deletionPolicy: 'Delete' },
    { 'groupsnapshot.storage.kubernetes.io/is-default-class': 'true' },
  );
}
