import { expect, it } from 'vitest';
import type { Candidate } from '../../../src/cli/completion/candidates.ts';
import { complete, type Lookup } from '../../../src/cli/completion/complete.ts';
import { commands } from '../../../src/cli/commands.ts';
import { commandLine } from '../../../src/cli/program.ts';
import { persistentVolumeClaims, volumeSnapshots } from '../../../src/kube/resources.ts';
import { snapshotOf } from '../../catalogue/support.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';
import { hostileTexts } from '../../fuzz/hostile-texts.ts';

const nowhere: Lookup = {
  contexts: () => {
    throw new Error('no kubeconfig');
  },
  inCluster: () => Promise.reject(new Error('no cluster')),
};

async function answerTo(words: readonly string[], lookup = nowhere): Promise<string> {
  const program = commandLine('1.2.3', commands, () => Promise.resolve(), words);
  return await complete(program, words, lookup);
}

/** Without what they are, and without what the shell does besides. */
async function valuesFor(words: readonly string[], lookup?: Lookup): Promise<string[]> {
  const lines = (await answerTo(words, lookup)).trimEnd().split('\n');
  return lines.slice(0, -1).map((line) => line.split('\t')[0] ?? '');
}

it.each([
  [['st'], ['status']],
  [
    ['postgres', ''],
    ['info', 'dump', 'download', 'restore', 'shell'],
  ],
  [['env', 're'], ['retain']],
  [
    ['list', '-o', ''],
    ['table', 'wide', 'name', 'json', 'yaml'],
  ],
  [['list', '-Ao', 'j'], ['json']],
  [['list', '--output', 'y'], ['yaml']],
  [['list', '--output=y'], ['--output=yaml']],
  [['list', '--al'], ['--all-namespaces']],
  [['list', '-n', 'shop', '--we'], ['--weekly']],
  [
    ['create', '--quiesce', ''],
    ['none', 'sync', 'fsfreeze'],
  ],
  [['create', '--db-skip=t'], ['--db-skip=true']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['completion', 'bash', ''],
    ['--quiet', '--verbose', '--log-format', '--help'],
  ],
  [['completion', 'bash', '--', ''], []],
  [['bogus'], []],
  [['list', '--bogus='], []],
])('words and values are completed without a cluster: %j', async (words, values) => {
  const found = await valuesFor(words);
  expect(found).toEqual(values);
});

it('each flag of each command is completed, and none that is hidden', async () => {
  const flags = await valuesFor(['delete', '--']);
  expect(flags).toEqual(expect.arrayContaining(['--namespace', '--yes', '--even-the-last', '--help']));
  expect(await valuesFor(['', ''])).not.toContain('__complete');
});

/** A cluster in which everybody may look, with what is given to the lookup. */
function lookupIn(kube: FakeKube): Lookup & { readonly asked: ReadonlyMap<string, string>[] } {
  const asked: ReadonlyMap<string, string>[] = [];
  return {
    asked,
    contexts: () => ['prod', 'a context', '--yes'],
    inCluster(given, find) {
      asked.push(given);
      return find(testContext(kube));
    },
  };
}

it('names come from the cluster that the words name, the newest snapshot first, none twice', async () => {
  const kube = new FakeKube();
  kube.put(
    volumeSnapshots,
    snapshotOf('data-1', { metadata: { creationTimestamp: '2026-11-01T00:00:00Z' } }),
  );
  kube.put(
    volumeSnapshots,
    snapshotOf('data-2', { metadata: { creationTimestamp: '2026-11-02T00:00:00Z' } }),
  );
  kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: 'media' }));
  kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: 'data' }));
  const lookup = lookupIn(kube);
  expect(await valuesFor(['delete', '--context=prod', '-n', 'shop', ''], lookup)).toEqual([
    'data-2',
    'data-1',
  ]);
  expect([...(lookup.asked[0] ?? [])]).toEqual([
    ['--context', 'prod'],
    ['--namespace', 'shop'],
  ]);
  expect(await valuesFor(['delete', 'data-2', 'd'], lookup)).toEqual(['data-1']);
  expect(await valuesFor(['describe', 'data-2', ''], lookup)).not.toContain('data-1');
  expect(await valuesFor(['list', '--pvc', ''], lookup)).toEqual(['media', 'data']);
  expect(await valuesFor(['create', '--pvc-name', 'data,'], lookup)).toEqual(['data,media']);
  expect(await valuesFor(['create', '--pvc-name=data,m'], lookup)).toEqual(['--pvc-name=data,media']);
  expect(await valuesFor(['restore', 'data-1', '--pvc', ''], lookup)).toEqual([]);
  expect(await valuesFor(['list', '--context', ''], lookup)).toEqual(['prod']);
});

it('a name that is none never reaches the shell', async () => {
  const texts = Object.values(hostileTexts).flat();
  const found = texts.flatMap((text) => [text, `a${text}`, `${text}a`]);
  const candidates: Candidate[] = [...found, 'good'].map((value, index) => ({
    value,
    words: found[(index * 7) % found.length],
  }));
  const lookup: Lookup = { contexts: () => found, inCluster: () => Promise.resolve(candidates.toReversed()) };
  const answer = await answerTo(['delete', ''], lookup);
  expect(answer).toMatch(/^(?:[A-Za-z0-9][A-Za-z0-9._@/+-]*(?:\t[\x20-\x7E]+)?\n)+:4\n$/);
  expect(answer).toMatch(/^good\b/);
  expect(await answerTo(['list', '--context', ''], lookup)).toMatch(/^(?:[A-Za-z0-9][\w.@/+-]*\n)*:4\n$/);
});

it('where nothing can be found there is nothing, and no error', async () => {
  expect(await answerTo(['delete', ''])).toBe(':4\n');
  expect(await answerTo(['list', '--context', ''])).toBe(':4\n');
  expect(await answerTo([])).toMatch(/^create\t/);
});

it('files are left to the shell', async () => {
  expect(await answerTo(['list', '--kubeconfig', ''])).toBe(':0\n');
  expect(await answerTo(['postgres', 'download', '-f', 'du'])).toBe(':0\n');
});
