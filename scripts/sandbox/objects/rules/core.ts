import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubeObject } from '../../../../src/kube/object.ts';
import type { Cause } from '../api-error.ts';
import { bytesOf } from '../../quantity.ts';
import { at, forbiddenField, hasChanged, immutable, specOf, type Rules } from './rule.ts';

export const coreRules: Readonly<Record<string, Rules>> = {
  '/namespaces': {
    prepare(namespace) {
      namespace.spec = { ...specOf(namespace), finalizers: ['kubernetes'] };
      namespace.status = { phase: 'Active' };
      const { metadata } = namespace;
      metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name ?? '' };
    },
  },
  '/pods': {
    prepare(pod) {
      pod.status = { phase: 'Pending' };
      const defaults = {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        serviceAccountName: 'default',
      };
      pod.spec = { ...defaults, ...specOf(pod) };
    },
    problems: podProblems,
  },
  '/persistentvolumeclaims': {
    prepare(claim) {
      claim.metadata.finalizers = [...(claim.metadata.finalizers ?? []), 'kubernetes.io/pvc-protection'];
      claim.status = { phase: 'Pending' };
      claim.spec = { volumeMode: 'Filesystem', ...specOf(claim) };
    },
    problems: claimProblems,
  },
  '/persistentvolumes': {
    prepare(volume) {
      volume.metadata.finalizers = [...(volume.metadata.finalizers ?? []), 'kubernetes.io/pv-protection'];
      volume.status = { phase: 'Pending' };
    },
  },
  '/configmaps': {
    fields: ['data', 'binaryData', 'immutable'],
    misshape: ({ data, kind }) => notText(kind, 'data', data),
    problems: frozen,
  },
  '/secrets': {
    fields: ['data', 'stringData', 'immutable', 'type'],
    misshape: ({ data, kind }) => notText(kind, 'data', data),
    derive: encodeSecret,
    problems: (secret, previous) => [...frozen(secret, previous), ...immutable('type')(secret, previous)],
  },
};

/** Go's words for a number among texts. */
function notText(kind: string, field: string, values: unknown): string | undefined {
  const odd = isRecord(values) ? Object.values(values).find((value) => typeof value !== 'string') : undefined;
  if (odd === undefined) return undefined;
  const type = Array.isArray(odd) ? 'array' : typeof odd === 'boolean' ? 'bool' : typeof odd;
  return `json: cannot unmarshal ${type} into Go struct field ${kind}.${field} of type string`;
}

/** A ConfigMap or Secret that says so keeps its data. */
function frozen(object: KubeObject, previous: KubeObject | undefined): Cause[] {
  if (previous?.immutable !== true) return [];
  return ['immutable', 'data', 'binaryData']
    .filter((field) => hasChanged(object, previous, field))
    .map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'));
}

function encodeSecret(secret: KubeObject): void {
  secret.type ??= 'Opaque';
  if (!isRecord(secret.stringData)) return;
  const texts = Object.entries(secret.stringData);
  const encoded = texts.map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
  secret.data = { ...(isRecord(secret.data) ? secret.data : {}), ...Object.fromEntries(encoded) };
  delete secret.stringData;
}

/** The node is set once, by whoever binds the pod. */
function podProblems(pod: KubeObject, previous: KubeObject | undefined): Cause[] {
  if (!previous) return [];
  const fixed = (object: KubeObject) => {
    const { containers, activeDeadlineSeconds: _, tolerations: __, nodeName: ___, ...rest } = specOf(object);
    const others = (containers as { image?: string }[] | undefined)?.map(
      ({ image: ____, ...other }) => other,
    );
    return { containers: others, ...rest };
  };
  if (isDeepStrictEqual(fixed(pod), fixed(previous))) return [];
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}

/** Volume and class are set once, by whoever binds the claim. */
function claimProblems(claim: KubeObject, previous: KubeObject | undefined): Cause[] {
  if (!previous) return [];
  const { volumeName: hadVolume, storageClassName: hadClass } = specOf(previous);
  const fixed = (object: KubeObject) => {
    const {
      resources: _,
      volumeName,
      storageClassName,
      volumeAttributesClassName: __,
      ...rest
    } = specOf(object);
    return { ...rest, volumeName: hadVolume && volumeName, storageClassName: hadClass && storageClassName };
  };
  if (isDeepStrictEqual(fixed(claim), fixed(previous))) return sizeProblems(claim);
  return [
    forbiddenField(
      'spec',
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ),
  ];
}

function sizeProblems(claim: KubeObject): Cause[] {
  const field = 'spec.resources.requests.storage';
  const [wanted, has] = [at(claim, field), at(claim, 'status.capacity.storage')];
  if (typeof wanted !== 'string' || typeof has !== 'string' || bytesOf(wanted) >= bytesOf(has)) return [];
  return [forbiddenField(field, 'field can not be less than status.capacity')];
}
