import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { load } from 'js-yaml';
import { valuesText } from '../../scripts/chart/defaults.ts';
import { sections } from '../../scripts/chart/schema-of-value.ts';
import { sampled } from '../support/exhaustive.ts';
import { api, apiProblems } from './api-problems.ts';
import { helm } from './helm.ts';
import { matrix } from './matrix.ts';
import { restrictedProblems } from './pod-security.ts';
import { podsOf, rendered } from './rendered.ts';

test('the schemas by which the chart is checked are of the Kubernetes that the test cluster is', () => {
  const module = join(import.meta.dirname, '../../scripts/cluster/go/kubernetes/go.mod');
  expect(readFileSync(module, 'utf8')).toMatch(
    new RegExp(`k8s\\.io/kubernetes ${RegExp.escape(api.version)}\\b`),
  );
});

test('the matrix has every value of the chart', () => {
  const defaults = load(valuesText) as Record<string, Record<string, unknown>>;
  const paths = (values: Record<string, unknown>) =>
    Object.entries(values).flatMap(([name, value]) =>
      sections.has(name) ? Object.keys(value as object).map((inner) => `${name}.${inner}`) : [name],
    );
  const covered = new Set(Object.values(matrix).flatMap(paths));
  // The others of its kind are the same in each CronJob.
  const perCronJob =
    /^(retain|markAndDelete|syncMetadata)\.(schedule|timeZone|suspend|activeDeadlineSeconds|startingDeadlineSeconds|settings|serviceAccountName)$/;
  const missing = paths(defaults).filter((path) => !covered.has(path) && !perCronJob.test(path));
  expect(missing).toEqual([]);
});

describe.skipIf(helm === undefined).each(sampled(Object.entries(matrix), 4))(
  'a release with %s',
  (name, values) => {
    let objects: KubeObject[];
    beforeAll(async () => {
      objects = await rendered(values);
    });

    test('has objects that the API server takes, of fields that it knows', () => {
      expect(objects.flatMap(apiProblems)).toEqual([]);
      expect(objects.length).toBeGreaterThan(1);
    });

    test('has pods that a namespace with Pod Security "restricted" takes, unless its locks are on the node', () => {
      const problems = podsOf(objects).flatMap(({ spec }) => restrictedProblems(spec));
      const isOnNode = name.startsWith('locks on the node');
      expect(
        problems.filter((words) => !isOnNode || !/^(volume hostPath|prepare-locks)/.test(words)),
      ).toEqual([]);
      expect(problems.length > 0).toBe(isOnNode);
    });

    test('has no container without limits, nor one that has a variable twice', () => {
      for (const { spec } of podsOf(objects)) {
        for (const { resources, env = [], ...container } of [
          ...(spec.initContainers ?? []),
          ...spec.containers,
        ]) {
          const names = env.map((one) => one.name);
          expect({ container, names: names.length }).toEqual({ container, names: new Set(names).size });
          for (const part of [resources?.limits, resources?.requests])
            expect(part).toMatchObject({
              cpu: expect.anything() as unknown,
              memory: expect.anything() as unknown,
              'ephemeral-storage': expect.anything() as unknown,
            });
        }
      }
    });
  },
);
