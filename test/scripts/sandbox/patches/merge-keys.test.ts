import { expect, test } from 'vitest';
import { mergeSchemaOf } from '../../../../scripts/sandbox/patches/merge-keys.ts';

const schema = (apiVersion: string) => mergeSchemaOf({ apiVersion, kind: 'Any', metadata: {} });

test.each([
  ['v1', 'spec.containers', ['name'], ['name']],
  ['apps/v1', 'spec.template.spec.initContainers', ['name'], ['name']],
  ['batch/v1', 'spec.jobTemplate.spec.template.spec.containers.env', ['name'], ['name']],
  ['v1', 'spec.containers.ports', ['containerPort', 'protocol'], ['containerPort']],
  ['v1', 'spec.containers.volumeMounts', ['mountPath'], ['mountPath']],
  ['v1', 'spec.ports', ['port', 'protocol'], ['port']],
  ['networking.k8s.io/v1', 'spec.ingress.ports', undefined, undefined],
  ['v1', 'spec.imagePullSecrets', ['name'], ['name']],
  ['v1', 'imagePullSecrets', undefined, undefined],
  ['v1', 'secrets', ['name'], ['name']],
  ['v1', 'metadata.finalizers', [], []],
  ['v1', 'spec.finalizers', undefined, undefined],
  ['v1', 'metadata.ownerReferences', ['uid'], ['uid']],
  ['apps/v1', 'status.conditions', ['type'], ['type']],
  ['batch/v1', 'status.conditions', undefined, ['type']],
  ['v1', 'spec.tolerations', undefined, undefined],
  ['v1', 'spec.hostAliases', ['ip'], ['ip']],
  ['v1', 'spec.containers.resources.claims', ['name'], undefined],
  ['rbac.authorization.k8s.io/v1', 'rules', undefined, undefined],
  ['rbac.authorization.k8s.io/v1', 'subjects', undefined, undefined],
  ['snapshot.storage.k8s.io/v1', 'spec.containers', undefined, undefined],
  ['snapshot.storage.k8s.io/v1', 'metadata.finalizers', [], undefined],
  ['longhorn.io/v1beta2', 'metadata.ownerReferences', ['uid'], undefined],
  ['longhorn.io/v1beta2', 'spec.template.metadata.finalizers', undefined, undefined],
])('%s %s has the keys %j when applied, %j in a strategic patch', (apiVersion, path, apply, strategic) => {
  expect(schema(apiVersion).listOf(path.split('.'))?.keys).toEqual(apply);
  expect(schema(apiVersion).strategicListOf(path.split('.'))?.keys).toEqual(strategic);
});

test.each([
  ['v1', 'spec.selector', true],
  ['v1', 'spec.nodeSelector', true],
  ['v1', 'spec.claimRef', true],
  ['v1', 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution', true],
  ['v1', 'spec.nodeAffinity.required', true],
  ['v1', 'metadata.labels', false],
  ['v1', 'data.selectors', false],
  ['longhorn.io/v1beta2', 'spec.selector', false],
])('the map %s %s is replaced as a whole: %s', (apiVersion, path, expected) => {
  expect(schema(apiVersion).isAtomic(path.split('.'))).toBe(expected);
});
