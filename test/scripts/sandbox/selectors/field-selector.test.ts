import { expect, test } from 'vitest';
import {
  matchesFields,
  parseFieldSelector,
  unsupportedField,
  unsupportedFieldMessage,
} from '../../../../scripts/sandbox/selectors/field-selector.ts';
import { SelectorError } from '../../../../scripts/sandbox/selectors/selector-error.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'db-0', namespace: 'shop', labels: { app: 'db' } },
  spec: { nodeName: 'node-1', restartPolicy: 'Always' },
  status: { phase: 'Running', odd: 'a,b=c\\d', replicas: 3 },
};

test.each([
  ['', true],
  ['metadata.name=db-0', true],
  ['metadata.name==db-0', true],
  ['metadata.name!=db-0', false],
  ['metadata.name=db-0,metadata.namespace=shop', true],
  ['metadata.name=db-0,metadata.namespace=bank', false],
  [',metadata.name=db-0,', true],
  ['spec.host=node-1', true],
  ['spec.hostNetwork=false', true],
  ['spec.hostNetwork=true', false],
  ['status.nominatedNodeName=', true],
  ['status.nominatedNodeName!=', false],
  ['status.replicas=3', true],
  ['status.odd=a\\,b\\=c\\\\d', true],
  ['metadata.labels=', true],
  ['metadata.toString=', true],
  ['!=,=', true],
])("'%s' on a running pod: %s", (text, expected) => {
  expect(matchesFields(parseFieldSelector(text), pod)).toBe(expected);
});

test('what an object does not say has the value that it means', () => {
  const matches = (text: string, fields = {}) =>
    matchesFields(parseFieldSelector(text), { apiVersion: 'v1', kind: 'Any', metadata: {}, ...fields });
  expect(matches('status.successful=0')).toBe(true);
  expect(matches('status.successful=2', { status: { succeeded: 2 } })).toBe(true);
  expect(matches('spec.unschedulable=false')).toBe(true);
  expect(matches('spec.unschedulable=true', { spec: { unschedulable: true } })).toBe(true);
  expect(matches('source=kubelet', { source: { component: 'kubelet' } })).toBe(true);
  expect(matches('source=csi', { source: {}, reportingComponent: 'csi' })).toBe(true);
});

// The messages are those of k8s.io/apimachinery v0.36.3, recorded.
test.each([
  ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
  ['b=c,a', "invalid selector: 'b=c,a'; can't understand 'a'"],
  ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  ['a=b\\c', 'invalid field selector: invalid escape sequence: \\c'],
  ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
])("'%s' is refused in the API server's words", (text, message) => {
  expect(() => parseFieldSelector(text)).toThrow(new SelectorError(message));
});

test.each([
  ['', 'pods', 'spec.nodeName=a,status.phase=Failed,metadata.namespace=b', undefined],
  ['', 'pods', 'spec.containers=a', 'field label not supported: spec.containers'],
  ['', 'pods', 'z=1,b=1', 'field label not supported: b'],
  ['', 'events', 'involvedObject.kind=Pod,reason=Killing,source=kubelet', undefined],
  ['', 'events', 'regarding.kind=Pod', 'field label not supported: regarding.kind'],
  ['events.k8s.io', 'events', 'regarding.kind=Pod', undefined],
  ['batch', 'jobs', 'status.successful=1', undefined],
  ['batch', 'jobs', 'status.failed=1', 'field label "status.failed" not supported for Job'],
  ['', 'namespaces', 'status.phase=Active', undefined],
  ['', 'namespaces', 'metadata.namespace=a', 'field label not supported: metadata.namespace'],
  ['', 'secrets', 'type=Opaque', undefined],
  ['', 'nodes', 'spec.unschedulable=true', undefined],
  ['', 'services', 'spec.type=ClusterIP', undefined],
  [
    'apps',
    'deployments',
    'status.phase=a',
    '"status.phase" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
  ['', 'configmaps', 'metadata.name=a,metadata.namespace=b', undefined],
  ['snapshot.storage.k8s.io', 'volumesnapshots', 'metadata.name=a', undefined],
  ['snapshot.storage.k8s.io', 'volumesnapshots', 'status.a=b', 'field label not supported: status.a'],
])("objects of '%s' %s, selected by '%s': %s", (group, plural, text, message) => {
  const field = unsupportedField(parseFieldSelector(text), { group, plural });
  expect(field === undefined ? undefined : unsupportedFieldMessage(field, { group, plural })).toBe(message);
});
