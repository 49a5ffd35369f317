import { availableParallelism, totalmem } from 'node:os';
import { isRecord } from '../../../src/kube/object.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Container, Quantity, ResourceField } from './pod-spec.ts';

const plainPaths = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.podIP',
]);

/** The value of a `fieldRef`; empty when the pod has no such field. Throws when the kubelet does not serve the path. */
export function podField(pod: KubeObject, fieldPath: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath) ?? [];
  if (map !== undefined && key !== undefined) return text(valueAt(pod, ['metadata', map, key]));
  if (!plainPaths.has(fieldPath)) throw new Error(`unsupported fieldPath: ${fieldPath}`);
  return text(valueAt(pod, fieldPath.split('.')));
}

/** The value of a `resourceFieldRef`, in units of its divisor, rounded up. Without a limit it is the node's, ours. */
export function resourceField(container: Container, { resource, divisor = '1' }: ResourceField): string {
  const [, kind, name] = /^(limits|requests)\.(cpu|memory|ephemeral-storage)$/.exec(resource) ?? [];
  if (kind === undefined || name === undefined)
    throw new Error(`unsupported container resource : ${resource}`);
  const limit = container.resources?.limits?.[name];
  const quantity =
    kind === 'limits' ? (limit ?? ofNode(name)) : (container.resources?.requests?.[name] ?? limit ?? 0);
  return String(Math.ceil(amountOf(quantity) / (amountOf(divisor) || 1)));
}

function ofNode(resource: string): number {
  if (resource === 'cpu') return availableParallelism();
  return resource === 'memory' ? totalmem() : 0;
}

const suffixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

function amountOf(quantity: Quantity): number {
  const [, number, prefix = '', binary] = /^([\d.]+)(m|[kKMGTPE]?)(i?)$/.exec(String(quantity)) ?? [];
  if (number === undefined) throw new Error(`'${quantity}' is not a quantity that the sandbox knows`);
  if (prefix === 'm') return Number(number) / 1000;
  return Number(number) * (binary ? 1024 : 1000) ** suffixes.indexOf(prefix === 'K' ? 'k' : prefix);
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce((value, field) => (isRecord(value) ? value[field] : undefined), object);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
