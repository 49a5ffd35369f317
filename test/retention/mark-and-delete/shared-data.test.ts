import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampled } from '../../support/exhaustive.ts';
import { deleteNamed, type DeleteResult } from '../../../src/retention/delete/delete-named.ts';
import {
  markAndDelete,
  type MarkAndDeleteResult,
} from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { status } from '../../../scripts/faults/fault.ts';
import { startFaults } from '../../../scripts/faults/faults.ts';
import type { SnapshotContent } from '../../../scripts/sandbox/controllers/storage-spec.ts';
import { driver } from '../../../scripts/sandbox/driver.ts';
import {
  contents,
  groupContents,
  groups,
  namespaces,
  snapshots,
} from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import {
  hasData,
  namespace,
  openVolume,
  openVolumes,
  retaining,
  setLabels,
  snap,
  snapGroup,
  tiered,
  untilSettled,
} from '../real-snapshots.ts';
import { inSandbox } from '../support.ts';

const staging = 'staging';
const past = { [label.deleteAfter]: '2026-11-20' };
const daily = { [label.daily]: '2026-11-21' };

/** A namespace into which snapshots are copied by contents made by hand. */
function openStaging({ objects }: Sandbox): void {
  objects.create(namespaces, undefined, { apiVersion: '', kind: '', metadata: { name: staging } });
}

function contentOf({ objects }: Sandbox, name: string, of = namespace): SnapshotContent {
  const { boundVolumeSnapshotContentName } = objects.get(snapshots, of, name).status as Record<
    string,
    string
  >;
  return objects.get(contents, undefined, boundVolumeSnapshotContentName ?? '') as SnapshotContent;
}

/** The way to have a snapshot in another namespace, too: as `kubectl get -o yaml | sed | kubectl apply` copies it. */
async function copy(
  sandbox: Sandbox,
  snapshotHandle: string,
  name: string,
  labels: Record<string, string>,
  deletionPolicy = 'Retain',
): Promise<void> {
  const { objects } = sandbox;
  const volumeSnapshotRef = { namespace: staging, name };
  const spec = { driver, deletionPolicy, source: { snapshotHandle }, volumeSnapshotRef };
  const manifest = { apiVersion: '', kind: '' };
  objects.create(contents, undefined, { ...manifest, metadata: { name }, spec });
  const source = { volumeSnapshotContentName: name };
  objects.create(snapshots, staging, { ...manifest, metadata: { name, labels }, spec: { source } });
  const isBound = () =>
    (objects.get(contents, undefined, name) as SnapshotContent).spec.volumeSnapshotRef.uid;
  await vi.waitUntil(isBound, { timeout: 10_000 });
}

async function sweep(sandbox: Sandbox, server?: URL): Promise<MarkAndDeleteResult> {
  const { settings } = readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' }));
  const result = await inSandbox(sandbox, server, (context) =>
    markAndDelete(settings, context).catch(
      (error: unknown) => (error as { result: MarkAndDeleteResult }).result,
    ),
  );
  await untilSettled(sandbox);
  return result;
}

async function deleteByName(sandbox: Sandbox, of: string, name: string): Promise<DeleteResult> {
  const settings = { snapshots: [name], namespace: of, yes: true, evenTheLast: true };
  const result = await inSandbox(sandbox, undefined, (context) =>
    deleteNamed(settings, { confirm: () => Promise.resolve() }, context).catch(
      (error: unknown) => (error as { result: DeleteResult }).result,
    ),
  );
  await untilSettled(sandbox);
  return result;
}

const isThere = ({ objects }: Sandbox, of: string, name: string) =>
  objects.find(snapshots, of, name) !== undefined;

describe('of two snapshots that have the same data', () => {
  let sandbox: Sandbox;
  let folder: string;
  let handle: string;

  async function open(className?: string, labels = tiered(daily)): Promise<void> {
    sandbox = await openVolume();
    openStaging(sandbox);
    await snap(sandbox, 'newest', tiered(daily));
    folder = await snap(sandbox, 'original', labels, className);
    handle = contentOf(sandbox, 'original').status?.snapshotHandle ?? '';
  }
  afterEach(() => sandbox[Symbol.asyncDispose]());

  const ways: Readonly<
    Record<string, (of: string, name: string) => Promise<MarkAndDeleteResult | DeleteResult>>
  > = {
    async 'the sweep'(of, name) {
      const snapshot = sandbox.objects.get(snapshots, of, name);
      sandbox.objects.touch(snapshots, snapshot, ({ metadata }) => {
        metadata.labels = { ...metadata.labels, ...past };
      });
      return sweep(sandbox);
    },
    'delete by hand': (of, name) => deleteByName(sandbox, of, name),
  };

  describe.each(sampled(Object.keys(ways), 1))('%s', (way) => {
    const act = (of: string, name: string) => ways[way]!(of, name);

    test('lets a retained copy go, and the data stay for the original', async () => {
      await open();
      await copy(sandbox, handle, 'copy', {});
      const { deleted, failed } = await act(staging, 'copy');
      const original = contentOf(sandbox, 'original').metadata.name;
      const stays = `its data stays, as VolumeSnapshotContent '${original}' has it, too`;
      expect({ deleted, failed }).toMatchObject({ deleted: [{ name: 'copy' }], failed: [] });
      expect(JSON.stringify(deleted)).toContain(stays);
      expect([isThere(sandbox, staging, 'copy'), hasData(folder)]).toEqual([false, true]);
      // Nothing is left that would keep the data when the original goes.
      expect(sandbox.objects.find(contents, undefined, 'copy')).toBeUndefined();
      await act(namespace, 'original');
      expect(hasData(folder)).toBe(false);
    });

    test('lets a retained original go, and the data stay for the copy', async () => {
      await open(retaining);
      await copy(sandbox, handle, 'copy', {});
      expect((await act(namespace, 'original')).failed).toEqual([]);
      expect([isThere(sandbox, namespace, 'original'), hasData(folder)]).toEqual([false, true]);
      await act(staging, 'copy');
      expect(hasData(folder)).toBe(false);
    });

    test.each([
      ['an original', namespace, 'original'],
      ['a copy', staging, 'copy'],
    ])('leaves %s alone that would take the data along, and names the other', async (_, of, name) => {
      await open();
      await copy(sandbox, handle, 'copy', {}, 'Delete');
      const result = await act(of, name);
      // Whoever has named it wants it done; to the run for all it is not a failure.
      const notDone = 'skipped' in result ? result.skipped : result.failed;
      const error = expect.stringContaining('stands for the same snapshot of the storage') as string;
      expect(result.deleted).toEqual([]);
      expect(notDone).toMatchObject([{ namespace: of, name, error }]);
      expect([...result.failed, ...('skipped' in result ? result.skipped : [])]).toHaveLength(1);
      expect([isThere(sandbox, of, name), hasData(folder)]).toEqual([true, true]);
    });

    test('is not kept from it by a content of another driver', async () => {
      await open();
      sandbox.objects.create(contents, undefined, {
        apiVersion: '',
        kind: '',
        metadata: { name: 'foreign' },
        spec: {
          driver: 'other.example.org',
          deletionPolicy: 'Retain',
          source: { snapshotHandle: handle },
          volumeSnapshotRef: { namespace: staging, name: 'foreign' },
        },
      });
      expect((await act(namespace, 'original')).failed).toEqual([]);
      expect(hasData(folder)).toBe(false);
    });

    test.each(['Delete', 'Retain'])(
      'deletes nothing where contents may not be listed, whose policy is %s',
      async (policy) => {
        await open(policy === 'Retain' ? retaining : undefined);
        await copy(sandbox, handle, 'copy', {});
        const upstream = { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} };
        await using faults = await startFaults(upstream);
        faults.inject({ verb: 'list', resource: 'volumesnapshotcontents', times: 1000 }, status(403));
        setLabels(sandbox, 'original', past);
        const { deleted, failed } = await sweep(sandbox, faults.url);
        const error = expect.stringContaining('volumesnapshotcontents may not be listed') as string;
        expect({ deleted, failed }).toMatchObject({ deleted: [], failed: [{ name: 'original', error }] });
        expect([isThere(sandbox, namespace, 'original'), hasData(folder)]).toEqual([true, true]);
        expect(contentOf(sandbox, 'original').metadata.labels ?? {}).toEqual({});
      },
    );
  });

  test('both go in one run, and the data with the last of them', async () => {
    await open(retaining, tiered(past));
    await copy(sandbox, handle, 'copy', past);
    expect((await sweep(sandbox)).deleted).toHaveLength(2);
    expect(sandbox.objects.all(contents)).toHaveLength(1);
    expect(hasData(folder)).toBe(false);
  });

  test('a copy that is made while a long run is under way keeps the data, too', async () => {
    await open(retaining, tiered(past));
    await snap(sandbox, 'a-first', tiered(past), retaining);
    const upstream = { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} };
    let isCopied = false;
    await using faults = await startFaults(upstream, {
      async hook({ phase, request: { verb, resource, name } }) {
        if (isCopied || phase !== 'answered' || `${verb} ${resource}` !== 'delete volumesnapshots') return;
        if (name !== 'a-first') return;
        isCopied = true;
        await copy(sandbox, handle, 'copy', {});
        sandbox.clock.advance(6 * 60_000);
      },
    });
    const { deleted } = await sweep(sandbox, faults.url);
    expect(deleted.map(({ name }) => name).toSorted()).toEqual(['a-first', 'original']);
    expect([isThere(sandbox, namespace, 'original'), hasData(folder)]).toEqual([false, true]);
  });
});

describe('a group of which somebody else has the data of one member', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openVolumes();
    openStaging(sandbox);
    const files = { [label.pvc]: 'files' };
    await snapGroup(sandbox, 'newest', { data: tiered(daily), files: tiered({ ...files, ...daily }) });
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  test.each([
    ['deletes', 'folders'],
    ['retains', retaining],
  ])('is left alone as long as that is there, when its class %s', async (_, className) => {
    const due = { data: tiered(past), files: tiered({ [label.pvc]: 'files', ...past }) };
    const old = await snapGroup(sandbox, 'old', due, className);
    const handle = contentOf(sandbox, old.files).status?.snapshotHandle ?? '';
    await copy(sandbox, handle, 'copy', {});
    const { deleted, failed, skipped } = await sweep(sandbox);
    const error = expect.stringContaining("content 'copy' stands for the same data") as string;
    expect({ deleted, failed }).toEqual({ deleted: [], failed: [] });
    expect(skipped).toMatchObject([{ error }, { error }]);
    expect(sandbox.objects.all(groups)).toHaveLength(2);
    await deleteByName(sandbox, staging, 'copy');
    expect((await sweep(sandbox)).deleted).toHaveLength(2);
    expect(sandbox.objects.all(groupContents)).toHaveLength(1);
    expect(sandbox.objects.all(contents)).toHaveLength(2);
  });
});

/** Snapshots of one handle: where each is, what becomes of it, and whether its content retains. */
interface Twin {
  readonly isDue: boolean;
  readonly retains: boolean;
}

test('a sweep never takes the data of a snapshot that stays, and leaves none that nobody has', async () => {
  const twin = fc.record({ isDue: fc.boolean(), retains: fc.boolean() });
  const check = async (twins: readonly Twin[]): Promise<void> => {
    await using sandbox = await openVolume();
    openStaging(sandbox);
    await snap(sandbox, 'newest', tiered(daily));
    const [first, ...others] = twins as [Twin, ...Twin[]];
    const labelsOf = ({ isDue }: Twin) => (isDue ? tiered(past) : tiered(daily));
    const className = first.retains ? retaining : 'folders';
    const folder = await snap(sandbox, 'original', labelsOf(first), className);
    const handle = contentOf(sandbox, 'original').status?.snapshotHandle ?? '';
    for (const [index, one] of others.entries()) {
      // Each is of a volume of its own, of which another is left.
      const labels = { ...labelsOf(one), [label.pvc]: 'data' };
      await copy(sandbox, handle, `copy-${index}`, labels, one.retains ? 'Retain' : 'Delete');
    }
    for (let run = 0; run < 2; run++) await sweep(sandbox);
    const left = sandbox.objects.all(snapshots).filter(({ metadata }) => metadata.name !== 'newest');
    expect(hasData(folder)).toBe(left.length > 0);
    const kept = sandbox.objects.all(contents).filter(({ metadata }) => metadata.labels?.[label.deleting]);
    expect(kept).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(fc.array(twin, { minLength: 1, maxLength: 3 }), check), { numRuns: 12 });
}, 120_000);
