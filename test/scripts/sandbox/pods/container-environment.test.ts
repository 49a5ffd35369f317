import { expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { object } from '../../../support/objects.ts';
import { containerEnvironment } from '../../../../scripts/sandbox/pods/container-environment.ts';
import type { Container, EnvVarSource } from '../../../../scripts/sandbox/pods/pod-spec.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const configMaps = [object('ConfigMap', { name: 'colours' }, { data: { SKY: 'blue', GRASS: 'green' } })];
const secrets = [object('Secret', { name: 'db' }, { data: { password: base64('pä$$(SKY)') } })];
const lookup = {
  configMap: (name: string) => configMaps.find(({ metadata }) => metadata.name === name),
  secret: (name: string) => secrets.find(({ metadata }) => metadata.name === name),
};
const pod: KubeObject = object(
  'Pod',
  { name: 'db-0', uid: 'u1', labels: { 'app.kubernetes.io/name': 'db' }, annotations: { "it's": 'noted' } },
  {
    spec: { nodeName: 'node-1', serviceAccountName: 'backup' },
    status: { podIP: '10.0.0.7', hostIP: '10.0.0.1' },
  },
);

function environment(container: Partial<Container>): Record<string, string> {
  return containerEnvironment(pod, { name: 'main', ...container }, lookup);
}

function valueFrom(source: EnvVarSource, container: Partial<Container> = {}): string | undefined {
  return environment({ ...container, env: [{ name: 'X', valueFrom: source }] }).X;
}

test('a container that declares nothing has a path, a home and the pod’s name, and nothing of this process', () => {
  expect(environment({})).toEqual({
    PATH: process.env.PATH,
    HOME: '/',
    HOSTNAME: 'db-0',
    KUBERNETES_SERVICE_HOST: 'kubernetes.default.svc',
  });
});

test('declared variables go before those of the base', () => {
  const env = [{ name: 'HOME', value: '/root' }, { name: 'EMPTY' }];
  expect(environment({ env })).toMatchObject({ HOME: '/root', EMPTY: '' });
});

test.each([
  ['$(A)/$(A)', 'a/a'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$a'],
  ['$(LATER) $(PATH) $()', '$(LATER) $(PATH) $()'],
  ['$A $( $', '$A $( $'],
])('a value of %s is %s', (value, expected) => {
  const env = [
    { name: 'A', value: 'a' },
    { name: 'X', value },
    { name: 'LATER', value: 'l' },
  ];
  expect(environment({ env }).X).toBe(expected);
});

test('a value refers to what the variables before it have become', () => {
  const env = [
    { name: 'USER', value: 'me' },
    { name: 'HOST', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'URL', value: '$(USER)@$(HOST) $(SKY)' },
  ];
  const envFrom = [{ configMapRef: { name: 'colours' } }];
  expect(environment({ env, envFrom }).URL).toBe('me@10.0.0.7 blue');
});

test.each([
  ['metadata.name', 'db-0'],
  ['metadata.namespace', 'shop'],
  ['metadata.uid', 'u1'],
  ["metadata.labels['app.kubernetes.io/name']", 'db'],
  ["metadata.labels['none']", ''],
  ["metadata.annotations['it's']", 'noted'],
  ['spec.nodeName', 'node-1'],
  ['spec.serviceAccountName', 'backup'],
  ['status.podIP', '10.0.0.7'],
])('the field %s is %s', (fieldPath, expected) => {
  expect(valueFrom({ fieldRef: { fieldPath } })).toBe(expected);
});

test('a field that the kubelet does not serve is an error', () => {
  expect(() => valueFrom({ fieldRef: { fieldPath: 'spec.containers' } })).toThrow(
    'unsupported fieldPath: spec.containers',
  );
});

test.each([
  ['limits.cpu', '1', '3'],
  ['limits.cpu', '1m', '2500'],
  ['limits.memory', '1Mi', '512'],
  ['limits.memory', '0', '536870912'],
  ['requests.cpu', '1', '2'],
  ['requests.memory', '1M', '537'],
])('the resource %s in units of %s is %s', (resource, divisor, expected) => {
  const resources = { limits: { cpu: '2500m', memory: '512Mi' }, requests: { cpu: 2 } };
  expect(valueFrom({ resourceFieldRef: { resource, divisor } }, { resources })).toBe(expected);
});

test('a limit that is not set is what the node has', () => {
  const memory = Number(valueFrom({ resourceFieldRef: { resource: 'limits.memory' } }));
  expect(memory).toBeGreaterThan(2 ** 20);
});

test('values come from ConfigMaps, and decoded from Secrets; neither is expanded', () => {
  expect(valueFrom({ configMapKeyRef: { name: 'colours', key: 'SKY' } })).toBe('blue');
  expect(valueFrom({ secretKeyRef: { name: 'db', key: 'password' } })).toBe('pä$$(SKY)');
});

test('whole ConfigMaps and Secrets come with their prefix, the later before the earlier, and env before both', () => {
  const envFrom = [
    { configMapRef: { name: 'colours' } },
    { prefix: 'DB_', secretRef: { name: 'db' } },
    { prefix: 'G', configMapRef: { name: 'none', optional: true } },
  ];
  const env = [{ name: 'GRASS', value: 'brown' }];
  expect(environment({ env, envFrom })).toMatchObject({
    SKY: 'blue',
    GRASS: 'brown',
    DB_password: 'pä$$(SKY)',
  });
});

test('an optional reference that is missing leaves what was there', () => {
  const envFrom = [{ configMapRef: { name: 'colours' } }];
  const configMapKeyRef = { name: 'colours', key: 'none', optional: true };
  const secretKeyRef = { name: 'none', key: 'none', optional: true };
  const env = [
    { name: 'SKY', valueFrom: { configMapKeyRef } },
    { name: 'Y', valueFrom: { secretKeyRef } },
  ];
  const variables = environment({ env, envFrom });
  expect(variables.SKY).toBe('blue');
  expect(variables).not.toHaveProperty('Y');
});

test.each<[string, Partial<Container>]>([
  ['secret "x" not found', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'k' } } }] }],
  ['configmap "x" not found', { envFrom: [{ configMapRef: { name: 'x' } }] }],
  [
    "couldn't find key k in Secret shop/db",
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'k' } } }] },
  ],
  [
    "couldn't find key k in ConfigMap shop/colours",
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'colours', key: 'k' } } }] },
  ],
])('a missing reference is an error: %s', (message, container) => {
  expect(() => environment(container)).toThrow(new Error(message));
});
