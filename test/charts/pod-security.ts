import type { Container, PodSpec } from './rendered.ts';

/** Of the kinds of volumes those that the level `restricted` takes. */
const volumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/**
 * What the Pod Security level `restricted` says against a pod.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function restrictedProblems(spec: PodSpec): string[] {
  const ofPod = spec.securityContext ?? {};
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const kinds = (spec.volumes ?? []).flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'));
  return [
    ...kinds.filter((kind) => !volumes.has(kind)).map((kind) => `volume ${kind}`),
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true),
    ...containers.flatMap((container) =>
      ofContainer(container, ofPod).map((words) => `${container.name}: ${words}`),
    ),
  ];
}

function ofContainer(
  { securityContext: own = {} }: Container,
  ofPod: Readonly<Record<string, unknown>>,
): string[] {
  const effective = { ...ofPod, ...own };
  const { drop = [], add = [] } = (own['capabilities'] ?? {}) as { drop?: string[]; add?: string[] };
  const { type } = (effective['seccompProfile'] ?? {}) as { type?: string };
  const problems = {
    'allowPrivilegeEscalation is not false': own['allowPrivilegeEscalation'] !== false,
    'capabilities are not dropped': !drop.includes('ALL'),
    'capabilities are added': add.some((name) => name !== 'NET_BIND_SERVICE'),
    'runAsNonRoot is not true': effective['runAsNonRoot'] !== true,
    'runs as root': effective['runAsUser'] === 0,
    'has no seccomp profile': type !== 'RuntimeDefault' && type !== 'Localhost',
    'is privileged': own['privileged'] === true,
  };
  return Object.entries(problems).flatMap(([words, isSo]) => (isSo ? [words] : []));
}
