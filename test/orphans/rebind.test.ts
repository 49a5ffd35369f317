import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deleteOrphan } from '../../src/orphans/delete-orphan.ts';
import { rebind, type RebindResult } from '../../src/orphans/rebind.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { rebindSettings } from '../../src/orphans/rebind-settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { cutWatch, reset, status, type Fault } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { hasData, namespace, snap, tiered } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';
import {
  claims,
  contents,
  namespaces,
  snapshotClasses,
  snapshots,
} from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { untilIs } from '../../scripts/sandbox/app.ts';
import {
  change,
  contentOf,
  deleteNamespace,
  handleOf,
  nightly,
  openScene,
  orphaned,
  person,
  preProvisioned,
  synced,
} from './scene.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';

describe('rebind', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void | Promise<void>;

  beforeEach(async () => {
    sandbox = await openScene();
    onAnswer = () => {};
    const hook = async (event: { phase: string; request: { verb: string; resource: string } }) => {
      if (event.phase === 'answered') await onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  function run(content: string, flags: Record<string, string> = {}): Promise<RebindResult> {
    const { settings } = readSettings(rebindSettings, sourcesOf({}, { content, ...flags }));
    return inSandbox(sandbox, faults.url, (context) => rebind(settings, context), person);
  }
  const find = (name: string) => sandbox.objects.find(contents, undefined, name);
  const snapshot = (name: string) => sandbox.objects.get(snapshots, namespace, name);
  const changes = () =>
    faults.requests.filter(({ verb }) => ['create', 'patch', 'delete'].includes(verb)).length;
  const makeNamespace = (name: string) =>
    sandbox.objects.create(namespaces, undefined, { apiVersion: '', kind: '', metadata: { name } });

  /** What is in the file of a volume that is restored from the snapshot. */
  async function restored(from: string, place = namespace): Promise<string> {
    const spec = {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: from },
    };
    const metadata = { name: 'restored' };
    sandbox.objects.create(claims, place, { apiVersion: '', kind: '', metadata, spec });
    await untilIs(() => sandbox.objects.find(claims, place, 'restored'), 'Bound');
    return readFileSync(join(sandbox.volume(place, 'restored'), 'file'), 'utf8');
  }

  test('brings back a snapshot whose namespace was deleted, with all that it said and had', async () => {
    const { content } = await synced(sandbox, 'night', nightly, { [annotation.timeZone]: 'UTC' });
    await deleteNamespace(sandbox);
    makeNamespace(namespace);
    sandbox.clock.advance(60 * 60_000);
    const result = await run(content);
    expect(result).toMatchObject({
      namespace,
      name: 'night',
      oldContent: content,
      takenAt: expect.stringMatching(/^2026-11-21T12:00:/),
      droppedDate: undefined,
      wasDone: false,
    });
    expect(snapshot('night').metadata).toMatchObject({
      labels: nightly,
      annotations: { [annotation.timeZone]: 'UTC', [annotation.reboundFrom]: content },
    });
    expect(await restored('night')).toBe('data');
    await vi.waitUntil(() => !find(content));
    expect(contentOf(sandbox, result.content).spec).toMatchObject({
      deletionPolicy: 'Retain',
      volumeSnapshotRef: { namespace, name: 'night', uid: snapshot('night').metadata.uid },
    });
  });

  exhaustively.test(
    'takes no other content for the one that was made in its place, whatever it says',
    async () => {
      const { content } = await synced(sandbox, 'night');
      change(sandbox, content, ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, [annotation.reboundFrom]: 'that-of-another' };
      });
      await expect(run('that-of-another')).rejects.toMatchObject({
        reason: 'preflight',
        message: expect.stringContaining('none was made in its place'),
      });
    },
  );

  test('brings back one whose deletion was broken off, of which nothing is noted any more', async () => {
    const { content } = await orphaned(sandbox, 'night');
    const { uid } = contentOf(sandbox, content).spec.volumeSnapshotRef;
    change(sandbox, content, ({ metadata, spec }) => {
      metadata.labels = { ...metadata.labels, [label.deleting]: uid ?? '' };
      spec.deletionPolicy = 'Delete';
    });
    const result = await run(content);
    expect(await restored('night')).toBe('data');
    const { metadata, spec } = contentOf(sandbox, result.content);
    expect([spec.deletionPolicy, metadata.labels?.[label.deleting]]).toEqual(['Retain', undefined]);
  });

  exhaustively.test('brings it back in another namespace, under another name', async () => {
    const { content } = await orphaned(sandbox, 'night');
    makeNamespace('elsewhere');
    expect(await run(content, { namespace: 'elsewhere', name: 'other' })).toMatchObject({
      namespace: 'elsewhere',
      name: 'other',
    });
    expect(await restored('other', 'elsewhere')).toBe('data');
  });

  test('brings back one of which sync-metadata has told the content nothing', async () => {
    const { content } = await orphaned(sandbox, 'night', {});
    await run(content);
    expect(await restored('night')).toBe('data');
  });

  exhaustively.test('brings back one whose class is gone', async () => {
    const { content } = await orphaned(sandbox, 'night');
    sandbox.objects.delete(snapshotClasses, undefined, 'retaining');
    await run(content);
    expect(await restored('night')).toBe('data');
  });

  test('brings back one that was brought back before', async () => {
    const { content } = await orphaned(sandbox, 'night');
    const { content: second, takenAt } = await run(content);
    sandbox.clock.advance(60 * 60_000);
    sandbox.objects.delete(snapshots, namespace, 'night');
    await vi.waitUntil(() => !sandbox.objects.find(snapshots, namespace, 'night'));
    const third = await run(second);
    expect(third).toMatchObject({ oldContent: second, takenAt });
    await vi.waitUntil(() => !find(second));
    expect(await restored('night')).toBe('data');
  });

  exhaustively.test(
    'does not bring back the date to go, and the sweeps leave the snapshot alone',
    async () => {
      const dated = tiered({ [label.deleteAfter]: '2026-11-20' });
      const { content } = await orphaned(sandbox, 'night', dated);
      await snap(sandbox, 'newer', nightly);
      expect((await run(content)).droppedDate).toBe('2026-11-20');
      const { settings } = readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' }));
      for (let day = 0; day < 3; day++) {
        sandbox.clock.advance(24 * 60 * 60_000);
        const { marked, deleted } = await inSandbox(sandbox, faults.url, (context) =>
          markAndDelete(settings, context),
        );
        expect({ marked, deleted }).toEqual({ marked: [], deleted: [] });
      }
      expect(snapshot('night').metadata.labels).toEqual(tiered());
    },
  );

  test('changes nothing in a dry run, and says what it would', async () => {
    const { content } = await orphaned(sandbox, 'night');
    const { uid } = contentOf(sandbox, content).metadata;
    expect(await run(content, { 'dry-run': 'true' })).toMatchObject({
      dryRun: true,
      namespace,
      name: 'night',
      content: `rebound-${uid}`,
    });
    expect(changes()).toBe(0);
  });

  exhaustively.test('says that it is done when it was, and changes nothing more', async () => {
    const { content } = await orphaned(sandbox, 'night');
    const { content: replacement } = await run(content);
    await vi.waitUntil(() => !find(content));
    const before = changes();
    expect(await run(content)).toMatchObject({ wasDone: true, name: 'night', content: replacement });
    expect(changes()).toBe(before);
  });

  test('says what to bring back when what it made is gone again', async () => {
    const { content } = await orphaned(sandbox, 'night');
    const { content: replacement } = await run(content);
    await vi.waitUntil(() => !find(content));
    sandbox.objects.delete(snapshots, namespace, 'night');
    await expect(run(content)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`backup-ns rebind ${replacement}`),
    });
  });

  exhaustively.test('leaves the data of a content that was told to delete it', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    change(sandbox, content, ({ spec }) => void (spec.deletionPolicy = 'Delete'));
    await run(content);
    await vi.waitUntil(() => !find(content));
    expect(hasData(folder)).toBe(true);
    expect(await restored('night')).toBe('data');
  });

  test('takes a content out of the way whose snapshot nobody has seen go', async () => {
    const { content } = await orphaned(sandbox, 'night');
    preProvisioned(sandbox, 'unseen', handleOf(sandbox, content), { uid: randomUUID() });
    await vi.waitUntil(() => contentOf(sandbox, 'unseen').status?.readyToUse);
    sandbox.objects.delete(contents, undefined, content);
    await vi.waitUntil(() => !find(content));
    await run('unseen');
    await vi.waitUntil(() => !find('unseen'));
    expect(await restored('of-unseen')).toBe('data');
  });

  describe('refuses, and changes nothing,', () => {
    const expectRefusal = async (
      content: string,
      words: string,
      flags?: Record<string, string>,
    ): Promise<void> => {
      await expect(run(content, flags)).rejects.toMatchObject({
        reason: 'preflight',
        message: expect.stringContaining(words),
      });
      expect(changes()).toBe(0);
    };

    exhaustively.test('a content whose snapshot is there', async () => {
      const { content } = await synced(sandbox, 'night');
      await expectRefusal(content, `belongs to VolumeSnapshot 'night' in namespace '${namespace}'`);
    });

    test('a content without a snapshot in the storage', async () => {
      const volumeSnapshotRef = { namespace, name: 'night', uid: randomUUID() };
      const source = { volumeHandle: 'volume' };
      const spec = { driver: 'other.example.org', deletionPolicy: 'Retain', source, volumeSnapshotRef };
      sandbox.objects.create(contents, undefined, {
        apiVersion: '',
        kind: '',
        metadata: { name: 'failed' },
        spec,
      });
      await expectRefusal('failed', 'nothing to bring back');
    });

    exhaustively.test('one of a group', async () => {
      const group = { 'groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle': 'group-1' };
      const { content } = await orphaned(sandbox, 'night', nightly, group);
      await expectRefusal(content, "group snapshot 'group-1'");
    });

    test('a namespace that is not there', async () => {
      const { content } = await synced(sandbox, 'night');
      await deleteNamespace(sandbox);
      await expectRefusal(content, `kubectl create namespace ${namespace}`);
      await expectRefusal(content, "Namespace 'nowhere' does not exist", { namespace: 'nowhere' });
    });

    exhaustively.test('a name that another snapshot has', async () => {
      const { content } = await orphaned(sandbox, 'night');
      await snap(sandbox, 'night', tiered());
      await expectRefusal(content, '⟪name⟫');
    });

    test('data that is that of another content, too', async () => {
      const { content } = await orphaned(sandbox, 'night');
      preProvisioned(sandbox, 'other', handleOf(sandbox, content));
      await expectRefusal(content, `'other' stands for the same snapshot of the storage as '${content}'`);
    });
  });

  exhaustively.test('knows no content of that name', async () => {
    await expect(run('none')).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('backup-ns list --orphans'),
    });
  });

  test('does not wait for ever, keeps the old content, and says what the storage says', async () => {
    await snap(sandbox, 'other', nightly);
    preProvisioned(sandbox, 'lost', 'no-such-handle', { uid: randomUUID() });
    const hasError = () => (snapshot('of-lost').status as { error?: object } | undefined)?.error;
    onAnswer = async ({ verb, resource }) => {
      if (verb === 'create' && resource === 'volumesnapshots') await vi.waitUntil(hasError);
      if (verb === 'watch') sandbox.clock.advance(61_000);
    };
    await expect(run('lost', { 'wait-timeout': '1m' })).rejects.toMatchObject({
      reason: 'snapshot',
      message: expect.stringMatching(
        /after 60 s, the storage says: .*no-such-handle.* run the command again/,
      ),
    });
    expect(find('lost')).toBeDefined();
  });

  exhaustively.test(
    'waits no more for a snapshot that is being deleted, which a finalizer keeps',
    async () => {
      await snap(sandbox, 'other', nightly);
      preProvisioned(sandbox, 'lost', 'no-such-handle', { uid: randomUUID() });
      onAnswer = ({ verb }) => {
        if (verb !== 'watch' || snapshot('of-lost').metadata.deletionTimestamp !== undefined) return;
        const keep = ({ metadata }: KubeObject) => void (metadata.finalizers = ['example.com/keep']);
        sandbox.objects.touch(snapshots, snapshot('of-lost'), keep);
        sandbox.objects.delete(snapshots, namespace, 'of-lost');
      };
      await expect(run('lost')).rejects.toMatchObject({
        reason: 'snapshot',
        message: expect.stringContaining('was deleted while it was being bound') as string,
      });
      expect(find('lost')).toBeDefined();
    },
  );

  test('goes on only to where an earlier run was going', async () => {
    const { content } = await orphaned(sandbox, 'night');
    faults.inject({ verb: 'create', resource: 'volumesnapshots', times: 1000 }, status(403));
    await expect(run(content)).rejects.toMatchObject({ status: 403 });
    faults.clear();
    await expect(run(content, { name: 'other' })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`⟪--namespace⟫ ${namespace} ⟪--name⟫ night`),
    });
    await run(content);
    expect(await restored('night')).toBe('data');
    const made = faults.requests.filter(
      ({ verb, resource }) => verb === 'create' && resource === 'volumesnapshotcontents',
    );
    expect(made).toHaveLength(1);
  });

  exhaustively.test('says what to do when what it made was deleted before it was through', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    faults.inject({ verb: 'delete', times: 1000 }, status(403));
    await expect(run(content)).rejects.toMatchObject({ status: 403 });
    faults.clear();
    sandbox.objects.delete(snapshots, namespace, 'night');
    await vi.waitUntil(() => !sandbox.objects.find(snapshots, namespace, 'night'));
    const { uid } = contentOf(sandbox, content).metadata;
    await expect(run(content)).rejects.toMatchObject({
      message: expect.stringContaining(`kubectl delete volumesnapshotcontent rebound-${uid}`),
    });
    sandbox.objects.delete(contents, undefined, `rebound-${uid}`);
    await vi.waitUntil(() => !find(`rebound-${uid}`));
    expect(hasData(folder)).toBe(true);
    await run(content);
    expect(await restored('night')).toBe('data');
  });

  test('leaves an old content alone that is told to delete the data meanwhile, and goes on the next time', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    onAnswer = ({ verb, resource }) => {
      if (verb !== 'create' || resource !== 'volumesnapshots') return;
      change(sandbox, content, ({ spec }) => void (spec.deletionPolicy = 'Delete'));
    };
    await expect(run(content)).rejects.toMatchObject({
      reason: 'snapshot',
      message: expect.stringContaining('told to delete the data'),
    });
    expect([find(content) !== undefined, hasData(folder)]).toEqual([true, true]);
    onAnswer = () => {};
    await run(content);
    await vi.waitUntil(() => !find(content));
    expect(hasData(folder)).toBe(true);
  });

  exhaustively.test(
    'is not undone by somebody who deletes the content while it is brought back',
    async () => {
      const { content, folder } = await orphaned(sandbox, 'night');
      const refusals: unknown[] = [];
      const remove = () => {
        const yes = () => Promise.resolve();
        return inSandbox(
          sandbox,
          faults.url,
          (context) => deleteOrphan(content, { confirm: yes }, context),
          person,
        );
      };
      onAnswer = async ({ verb, resource }) => {
        if (resource === 'volumesnapshotcontents' && ['patch', 'create'].includes(verb))
          await remove().catch((error: unknown) => refusals.push(error));
      };
      await run(content);
      expect(refusals).toMatchObject([{ reason: 'preflight' }, { reason: 'preflight' }]);
      expect(hasData(folder)).toBe(true);
      expect(await restored('night')).toBe('data');
    },
  );

  test('keeps the old content when the new one says in the end that it is of another snapshot', async () => {
    const { content } = await orphaned(sandbox, 'night');
    const replacement = `rebound-${contentOf(sandbox, content).metadata.uid}`;
    let isMade = false;
    onAnswer = ({ verb, resource }) => {
      isMade ||= verb === 'create' && resource === 'volumesnapshots';
      if (!isMade || verb !== 'get') return;
      change(sandbox, replacement, ({ spec }) => void (spec.volumeSnapshotRef.uid = randomUUID()));
    };
    await expect(run(content)).rejects.toMatchObject({
      reason: 'snapshot',
      message: expect.stringContaining(`'${replacement}' is not bound`),
    });
    expect(find(content)).toBeDefined();
  });

  exhaustively.test.each(
    sampled<[string, string, Fault]>(
      [
        ['get', 'volumesnapshotcontents', status(503)],
        ['list', 'volumesnapshotcontents', status(503)],
        ['patch', 'volumesnapshotcontents', reset('before')],
        ['patch', 'volumesnapshotcontents', reset('after')],
        ['create', 'volumesnapshotcontents', reset('before')],
        ['create', 'volumesnapshotcontents', reset('after')],
        ['create', 'volumesnapshots', reset('before')],
        ['create', 'volumesnapshots', reset('after')],
        ['watch', 'volumesnapshots', cutWatch(0)],
        ['delete', 'volumesnapshotcontents', reset('before')],
        ['delete', 'volumesnapshotcontents', reset('after')],
      ],
      3,
    ),
  )('gets over the loss of the answer to %s %s (%o)', async (verb, resource, fault) => {
    const { content } = await orphaned(sandbox, 'night');
    faults.inject({ verb, resource }, fault);
    await run(content);
    await vi.waitUntil(() => !find(content));
    expect(await restored('night')).toBe('data');
    const all: KubeObject[] = sandbox.objects.all(contents);
    expect(all).toHaveLength(1);
  });
});
