import type { ObjectMeta, OwnerReference } from '../../../src/kube/object.ts';
import type { Cause } from './api-error.ts';
import type { Definition } from './definition.ts';

const subdomain = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const dnsLabel = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const labelValue = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const labelName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

/** What is wrong with the name, the labels and the annotations, in the API server's words. */
export function metadataProblems(definition: Definition, metadata: ObjectMeta): Cause[] {
  return [
    ...nameProblems(definition, metadata.name ?? ''),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => labelProblems(key, value)),
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) => keyProblems('metadata.annotations', key)),
    ...annotationSizeProblems(metadata.annotations ?? {}),
    ...finalizerProblems(definition, metadata.finalizers ?? []),
    ...(metadata.ownerReferences ?? []).flatMap(ownerProblems),
  ];
}

function nameProblems({ group, plural }: Definition, name: string): Cause[] {
  const field = 'metadata.name';
  if (group === 'rbac.authorization.k8s.io') return [];
  if (plural === 'namespaces') return matches(field, name, dnsLabel, 63, labelWords);
  return matches(field, name, subdomain, 253, subdomainWords);
}

const labelWords = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${dnsLabel}')`;
const subdomainWords = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
const valueWords = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValue}')`;
const keyWords = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${labelName}')`;

function labelProblems(key: string, value: unknown): Cause[] {
  const field = 'metadata.labels';
  if (typeof value !== 'string') return [problem(field, value, 'must be a string')];
  return [...keyProblems(field, key), ...matches(field, value, labelValue, 63, valueWords)];
}

function keyProblems(field: string, key: string): Cause[] {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const prefix = slash < 0 ? [] : matches(field, key.slice(0, slash), subdomain, 253, subdomainWords);
  return [
    ...prefix,
    ...(matches(field, name, labelName, 63, keyWords).length > 0 ? [problem(field, key, keyWords)] : []),
  ];
}

function annotationSizeProblems(annotations: Readonly<Record<string, string>>): Cause[] {
  const limit = 256 * 1024;
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size <= limit) return [];
  const message = `Too long: may not be more than ${limit} bytes`;
  return [{ field: 'metadata.annotations', reason: 'FieldValueInvalid', message }];
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function finalizerProblems({ isCustom }: Definition, finalizers: readonly string[]): Cause[] {
  const words = 'name is neither a standard finalizer name nor is it fully qualified';
  return finalizers.flatMap((finalizer, index) =>
    isCustom || finalizer.includes('/') || standardFinalizers.has(finalizer)
      ? []
      : [problem(`metadata.finalizers[${index}]`, finalizer, words)],
  );
}

function ownerProblems(owner: OwnerReference): Cause[] {
  return (['apiVersion', 'kind', 'name', 'uid'] as const)
    .filter((field) => !owner[field])
    .map((field) => problem(`metadata.ownerReferences.${field}`, owner[field] ?? '', 'must not be empty'));
}

function matches(field: string, value: string, pattern: string, longest: number, words: string): Cause[] {
  const causes: Cause[] = [];
  if (value.length > longest) causes.push(problem(field, value, `must be no more than ${longest} bytes`));
  if (!new RegExp(`^${pattern}$`).test(value)) causes.push(problem(field, value, words));
  return causes;
}

function problem(field: string, value: unknown, words: string): Cause {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${words}` };
}
