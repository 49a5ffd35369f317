import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { python } from '../../scripts/python.ts';
import { provisionVolume } from '../../scripts/sandbox/app.ts';
import type { SnapshotContent } from '../../scripts/sandbox/controllers/storage-spec.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import { contents, namespaces, snapshotClasses, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { label } from '../../src/snapshots/labels.ts';
import { blocks, simpleCommands, type Block } from './blocks.ts';
import { isInTerminal, kubectl, runBlock, type SandboxBlock } from './run-block.ts';

const namespace = 'shop';

/** The blocks, and where they happen: those about what a deleted namespace has left need one that is not there. */
const all: SandboxBlock[] = blocks.flatMap((block) =>
  block.how?.run === 'sandbox' ? [{ ...block, how: block.how }] : [],
);
const usesKubectl = ({ script }: Block) => simpleCommands(script).some(([program]) => program === 'kubectl');
const isAfterward = ({ script }: Block) => script.includes('--orphans');

/** Snapshots by the names that the pages have, each of the PVC and the day in its name. */
const named = [
  ...new Set(
    all
      .filter((block) => !isAfterward(block))
      .flatMap(({ script }) => script.match(/\b[\w-]+-20\d\d-\d\d-\d\d(?:-\d{6}-\w{6})?\b/g) ?? []),
  ),
];

async function openPages(): Promise<Sandbox> {
  const sandbox = await openSandbox({ start: new Date('2026-09-22T00:00:00Z') });
  for (const claim of ['data', 'shop-data']) await provisionVolume(sandbox, namespace, claim);
  const manifest = { apiVersion: '', kind: '', metadata: { name: 'backups' } };
  sandbox.objects.create(snapshotClasses, undefined, { ...manifest, driver, deletionPolicy: 'Retain' });
  return sandbox;
}

/** A ready snapshot; the label of its day is for those that are backups. */
async function snap({ objects, clock }: Sandbox, name: string, className = 'folders'): Promise<void> {
  const [, pvc = '', day = '', time] = /^(.*)-(\d{4}-\d\d-\d\d)(-\d{6}-\w+)?$/.exec(name) ?? [];
  clock.set(new Date(`${day}T04:30:00Z`));
  const isOurs = time !== undefined;
  const labels = isOurs
    ? {
        [label.pvc]: pvc,
        [label.retain]: 'daily_weekly_monthly',
        [label.type]: 'cronjob',
        [label.daily]: day,
      }
    : {};
  const source = { persistentVolumeClaimName: isOurs ? pvc : 'shop-data' };
  const spec = { volumeSnapshotClassName: className, source };
  objects.create(snapshots, namespace, { apiVersion: '', kind: '', metadata: { name, labels }, spec });
  await vi.waitUntil(() => {
    const { status } = objects.get(snapshots, namespace, name);
    return (status as { readyToUse?: boolean } | undefined)?.readyToUse;
  });
}

const wordsOf = (line = ''): string => line.trim().split(/\s+/).join(' ');

/** Runs it, and looks whether what it shows has the columns that the page shows. */
async function expectRun(sandbox: Sandbox, block: SandboxBlock): Promise<void> {
  const ran = await runBlock(sandbox, block);
  expect(ran).toMatchObject({ exitCode: block.how.exitCode });
  const headlines = block.shown
    .map((shown) => wordsOf(shown.split('\n')[0]))
    .filter((line) => /^[A-Z -]+$/.test(line));
  const lines = new Set(ran.stdout.split(/\r?\n/).map(wordsOf));
  expect(headlines.filter((headline) => !lines.has(headline))).toEqual([]);
}

const runnable = (block: SandboxBlock) =>
  (kubectl !== undefined || !usesKubectl(block)) && (python !== undefined || !isInTerminal(block));

// Each line of a block is a process of its own.
describe('a block of the pages', { timeout: 60_000 }, () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openPages();
    const byDay = named.toSorted((one, other) =>
      (/20.*/.exec(one)?.[0] ?? '').localeCompare(/20.*/.exec(other)?.[0] ?? ''),
    );
    for (const name of byDay) await snap(sandbox, name);
    // Beside those there are newer ones: none is the last of its volume, and of one there are more than a week's.
    for (let day = 15; day <= 22; day++) await snap(sandbox, `data-2026-11-${day}-043000-aaaaaa`);
    await snap(sandbox, 'shop-data-2026-11-22-043000-aaaaaa');
    sandbox.clock.set(new Date('2026-11-22T12:00:00Z'));
  });
  afterAll(() => sandbox[Symbol.asyncDispose]());

  for (const block of all.filter((one) => !isAfterward(one)))
    test.runIf(runnable(block))(`does as it is written what it is there for: ${block.name}`, () =>
      expectRun(sandbox, block),
    );

  test.runIf(all.every(runnable))('has done what the pages say', () => {
    const found = new Map(
      sandbox.objects.all(snapshots, namespace).map(({ metadata }) => [metadata.name, metadata]),
    );
    expect(found.has('data-2026-11-14-043000-rrb1zq')).toBe(false);
    expect(found.get('nightly-2026-11-01')?.labels).toMatchObject({
      [label.monthly]: '2026-11',
      [label.pvc]: 'shop-data',
    });
    expect(found.get('nightly-2026-10-01')?.labels).toEqual({ [label.deleteAfter]: '2026-12-31' });
  });
});

describe('a block about what a deleted namespace has left', { timeout: 60_000 }, () => {
  const block = all.find(isAfterward);

  test.runIf(block && runnable(block))(
    `does as it is written what it is there for: ${block?.name}`,
    async () => {
      await using sandbox = await openPages();
      const { objects, clock } = sandbox;
      const names = [...block!.shown[0]!.matchAll(/^(snapcontent-\S+) +shop\/(\S+)/gm)].map(
        ([, content = '', name = '']) => ({ content, name }),
      );
      expect(names).toHaveLength(2);
      for (const { name } of names) await snap(sandbox, name, 'backups');
      const made = names.map(({ name }) => {
        const { status, metadata } = objects.get(snapshots, namespace, name);
        const { boundVolumeSnapshotContentName: content } = status as {
          boundVolumeSnapshotContentName: string;
        };
        return {
          found: objects.get(contents, undefined, content) as SnapshotContent,
          labels: metadata.labels ?? {},
        };
      });
      objects.delete(namespaces, undefined, namespace);
      await vi.waitUntil(() => !objects.find(namespaces, undefined, namespace));
      // The same, by the names that the page has.
      for (const [index, { content }] of names.entries()) {
        const { found, labels } = made[index]!;
        const spec = { ...found.spec, source: { snapshotHandle: found.status?.snapshotHandle } };
        objects.delete(contents, undefined, found.metadata.name ?? '');
        objects.create(contents, undefined, {
          apiVersion: '',
          kind: '',
          metadata: { name: content, labels },
          spec,
        });
        await vi.waitUntil(
          () =>
            (objects.get(contents, undefined, content).status as { readyToUse?: boolean } | undefined)
              ?.readyToUse,
        );
      }
      clock.set(new Date('2026-11-22T12:00:00Z'));
      await expectRun(sandbox, block!);
      expect(objects.all(snapshots, namespace).map(({ metadata }) => metadata.name)).toEqual([
        names[1]!.name,
      ]);
      expect(
        objects.find(contents, undefined, names[0]!.content)?.metadata.deletionTimestamp ?? 'gone',
      ).toBeDefined();
    },
  );
});
