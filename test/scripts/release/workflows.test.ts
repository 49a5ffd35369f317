import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { actionlintProgram } from '../../../scripts/release/actionlint.ts';
import { run } from '../../../scripts/run.ts';

const checkout = join(import.meta.dirname, '..', '..', '..');
const files = globSync('.github/workflows/*.yaml', { cwd: checkout });
const textOf = (file: string): string => readFileSync(join(checkout, file), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly uses?: string;
  readonly 'runs-on'?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly permissions: object;
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}
const workflowOf = (file: string) => load(textOf(file)) as Workflow;
const jobsOf = (file: string): Job[] => Object.values(workflowOf(file).jobs);
const stepsOf = (file: string): readonly Step[] => jobsOf(file).flatMap(({ steps = [] }) => steps);

const actionlint = actionlintProgram();

test.skipIf(actionlint === undefined)('the workflows are such for actionlint', async () => {
  expect(await run(actionlint!, files, { cwd: checkout })).toBe('');
});

test('there are workflows', () => expect(files).toHaveLength(2));

describe.each(files)('%s', (file) => {
  test('takes each action by its commit, and says of which version that is', () => {
    const used = [...textOf(file).matchAll(/uses: (.*)$/gm)].map(([, what = '']) => what);
    const own = used.filter((what) => what.startsWith('./'));
    expect(own.map((what) => what.slice(2)).filter((path) => !files.includes(path))).toEqual([]);
    const foreign = used.filter((what) => !what.startsWith('./'));
    expect(foreign.length).toBeGreaterThan(3);
    expect(foreign.filter((what) => !/^[\w.-]+\/[\w.-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(what))).toEqual(
      [],
    );
  });

  test('gives no permission to all its jobs, and each has its own and its time', () => {
    const { permissions, concurrency, jobs } = workflowOf(file);
    expect({ permissions, group: typeof concurrency.group }).toEqual({ permissions: {}, group: 'string' });
    const named = Object.entries(jobs);
    expect(named.filter(([, job]) => typeof job.permissions !== 'object').map(([name]) => name)).toEqual([]);
    // A job that calls a workflow has the times of its jobs.
    const timed = named.filter(([, job]) => job.uses === undefined);
    expect(timed.filter(([, job]) => !job['timeout-minutes']).map(([name]) => name)).toEqual([]);
  });

  test('writes nowhere but where it says', () => {
    const writing = jobsOf(file).flatMap(({ permissions = {} }) =>
      Object.entries(permissions).flatMap(([what, level]) => (level === 'write' ? [what] : [])),
    );
    const wanted = file.endsWith('release.yaml')
      ? ['attestations', 'contents', 'id-token', 'id-token', 'packages', 'packages']
      : [];
    expect(writing.toSorted()).toEqual(wanted);
  });

  test('puts nothing that others write into a script, and leaves its token with no checkout', () => {
    const scripts = stepsOf(file).flatMap((step) => step.run ?? []);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    const checkouts = stepsOf(file).filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('calls only scripts and npm scripts that there are', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const lines = stepsOf(file)
      .flatMap((step) => step.run ?? [])
      .join('\n');
    const npm = [...lines.matchAll(/npm (?:run )?(?!ci\b)([\w:]+)/g)].map(([, name = '']) => name);
    expect(npm.filter((name) => !(name in scripts))).toEqual([]);
    const named = [...lines.matchAll(/(?<!\S)((?:scripts|charts)\/[\w./-]+)/g)].map(([, path = '']) => path);
    expect(named.filter((path) => globSync(path, { cwd: checkout }).length === 0)).toEqual([]);
  });
});

test('the end-to-end tests on kind are files that there are, and want no driver that kind has not', () => {
  const workflow = textOf('.github/workflows/tests.yaml');
  const [, names = ''] = /test:e2e -- \\\n +test\/e2e\/\{([\w,-]+)\}\.test\.ts\n/.exec(workflow) ?? [];
  const found = names.split(',').map((name) => `test/e2e/${name}.test.ts`);
  expect(found.length).toBeGreaterThan(5);
  expect(found.filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
  const isNative = (file: string) =>
    /hostdisk\.csi\.backup-ns\.sh|snapshotClass\(|'native'/.test(textOf(file));
  expect(found.filter(isNative)).toEqual([]);
});

test('the actions of one repository are of one commit in all workflows', () => {
  const used = files.flatMap((file) => stepsOf(file).flatMap(({ uses }) => uses ?? []));
  const commits = Map.groupBy(new Set(used), (what) => what.split('@')[0]);
  expect([...commits].filter(([, all]) => all.length > 1)).toEqual([]);
});

test('the image is made of images that are taken by their digests, of one suite of Debian', () => {
  const dockerfile = textOf('Dockerfile');
  const bases = [...dockerfile.matchAll(/^ARG (\w+_IMAGE)=(.*)$/gm)].map(([, name, image]) => [name, image]);
  expect(bases).toEqual([
    ['NODE_IMAGE', expect.stringMatching(/^docker\.io\/library\/node:26-bookworm@sha256:[\da-f]{64}$/)],
    ['DEBIAN_IMAGE', expect.stringMatching(/^docker\.io\/library\/debian:bookworm-slim@sha256:[\da-f]{64}$/)],
  ]);
  const taken = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(taken).toEqual(bases.map(([name]) => `\${${name}}`));
});

test('Renovate finds the versions in workflows by its own expression', () => {
  const { customManagers } = JSON.parse(textOf('renovate.json')) as {
    customManagers: { managerFilePatterns: string[]; matchStrings: string[] }[];
  };
  const [manager] = customManagers;
  const pattern = new RegExp(manager!.managerFilePatterns[0]!.slice(1, -1));
  expect(files.filter((file) => !pattern.test(file))).toEqual([]);
  const comments = files.flatMap((file) => [...textOf(file).matchAll(/# renovate:/g)]);
  const found = files.flatMap((file) => [
    ...textOf(file).matchAll(new RegExp(manager!.matchStrings[0]!, 'g')),
  ]);
  expect(found.map(({ groups }) => ({ ...groups }))).toEqual([
    { datasource: 'go', depName: 'sigs.k8s.io/kind', currentValue: expect.stringMatching(/^v\d/) },
  ]);
  expect(comments).toHaveLength(found.length);
});
