import { isRecord, type KubeObject } from '../../../../src/kube/object.ts';
import type { Cause } from '../api-error.ts';
import { at, hasChanged, invalidValue, type Rules } from './rule.ts';

/** What the schemas of these CustomResourceDefinitions say, as far as this project can run into it. */
export const snapshotRules: Readonly<Record<string, Rules>> = {
  'snapshot.storage.k8s.io/volumesnapshots': {
    problems: (snapshot, previous) => [
      ...shapeProblems(snapshot, ['spec', 'spec.source']),
      ...(previous ? stays(snapshot, previous, sources) : choiceProblems(snapshot)),
    ],
  },
  'snapshot.storage.k8s.io/volumesnapshotcontents': {
    problems: (content, previous) => [
      ...shapeProblems(content, ['spec', 'spec.source', 'spec.volumeSnapshotRef']),
      ...policyProblems(content, 'spec.deletionPolicy'),
      ...(previous ? stays(content, previous, fixedOfContents) : []),
    ],
  },
  'snapshot.storage.k8s.io/volumesnapshotclasses': {
    problems: (snapshotClass) => policyProblems(snapshotClass, 'deletionPolicy'),
  },
};

const sources = ['spec.source.persistentVolumeClaimName', 'spec.source.volumeSnapshotContentName'];
const fixedOfContents = ['spec.sourceVolumeMode', 'spec.source.volumeHandle', 'spec.source.snapshotHandle'];

function shapeProblems(object: KubeObject, records: readonly string[]): Cause[] {
  const first = records.find((path) => !isRecord(at(object, path)));
  if (first === undefined) return [];
  const value = at(object, first);
  if (value === undefined) return [{ field: first, reason: 'FieldValueRequired', message: 'Required value' }];
  const type = typeof value === 'number' ? 'integer' : Array.isArray(value) ? 'array' : typeof value;
  const message = `Invalid value: "${type}": ${first} in body must be of type object: "${type}"`;
  return [{ field: first, reason: 'FieldValueInvalid', message }];
}

function choiceProblems(snapshot: KubeObject): Cause[] {
  const source = at(snapshot, 'spec.source');
  if (!isRecord(source)) return [];
  const given = [source.persistentVolumeClaimName, source.volumeSnapshotContentName].filter(Boolean);
  if (given.length === 1) return [];
  const message =
    'Invalid value: exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set';
  return [{ field: 'spec.source', reason: 'FieldValueInvalid', message }];
}

function policyProblems(object: KubeObject, field: string): Cause[] {
  const policy = at(object, field);
  if (policy === 'Delete' || policy === 'Retain') return [];
  if (policy === undefined) return [{ field, reason: 'FieldValueRequired', message: 'Required value' }];
  const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Delete", "Retain"`;
  return [{ field, reason: 'FieldValueNotSupported', message }];
}

function stays(object: KubeObject, previous: KubeObject, fields: readonly string[]): Cause[] {
  return fields
    .filter((field) => hasChanged(object, previous, field))
    .map((field) => invalidValue(field, at(object, field), `${field.split('.').at(-1)} is immutable`));
}
