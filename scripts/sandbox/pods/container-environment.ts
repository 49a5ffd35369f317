import type { KubeObject } from '../../../src/kube/object.ts';
import { dataOf, valueOf } from './config-sources.ts';
import type { Lookup } from './config-sources.ts';
import { expandVariables } from './expand-variables.ts';
import { podField, resourceField } from './pod-fields.ts';
import type { Container, EnvFromSource, EnvVarSource } from './pod-spec.ts';

/**
 * What a container sees: its own variables, and those that an image and a runtime give it.
 * Throws what the kubelet would report as CreateContainerConfigError.
 */
export function containerEnvironment(
  pod: KubeObject,
  container: Container,
  lookup: Lookup,
): Record<string, string> {
  const declared = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    for (const [key, value] of imported(source, lookup)) declared.set((source.prefix ?? '') + key, value);
  }
  for (const { name, value = '', valueFrom } of container.env ?? []) {
    // A missing optional source leaves alone what envFrom may have set.
    const resolved = valueFrom
      ? resolve(valueFrom, pod, container, lookup)
      : expandVariables(value, declared);
    if (resolved !== undefined) declared.set(name, resolved);
  }
  return { ...base(pod), ...Object.fromEntries(declared) };
}

/**
 * PATH is the only variable of this process: the image of a sandbox container is this machine. Of the Service that the kubelet
 * tells of there is but the name: whoever runs in a pod of the sandbox has a kubeconfig.
 */
function base(pod: KubeObject): Record<string, string> {
  const kubelets = { KUBERNETES_SERVICE_HOST: 'kubernetes.default.svc' };
  return { PATH: process.env.PATH ?? '', HOME: '/', HOSTNAME: pod.metadata.name ?? '', ...kubelets };
}

function imported({ configMapRef, secretRef }: EnvFromSource, lookup: Lookup): Map<string, string> {
  const data = configMapRef
    ? dataOf('ConfigMap', configMapRef, lookup)
    : secretRef && dataOf('Secret', secretRef, lookup);
  return data ?? new Map<string, string>();
}

function resolve(
  { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef }: EnvVarSource,
  pod: KubeObject,
  container: Container,
  lookup: Lookup,
): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  if (fieldRef) return podField(pod, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceField(container, resourceFieldRef);
  if (configMapKeyRef) return valueOf('ConfigMap', configMapKeyRef, lookup, namespace);
  if (secretKeyRef) return valueOf('Secret', secretKeyRef, lookup, namespace);
  throw new Error('the sandbox knows fieldRef, resourceFieldRef, configMapKeyRef and secretKeyRef only');
}
