import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deleteOrphan } from '../../src/orphans/delete-orphan.ts';
import type { Orphan } from '../../src/orphans/orphan.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { hasData, namespace, snap, tiered, untilSettled } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';
import { contents, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import {
  change,
  contentOf,
  handleOf,
  nightly,
  openScene,
  orphaned,
  person,
  preProvisioned,
  synced,
} from './scene.ts';
import { sampled } from '../support/exhaustive.ts';

describe('delete-orphan', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** What the person does who is asked; says yes. */
  let onAsked: (orphan: Orphan) => Promise<void>;
  /** What the person was asked. */
  let questions: string[];
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;

  beforeEach(async () => {
    sandbox = await openScene();
    onAsked = () => Promise.resolve();
    questions = [];
    onAnswer = () => {};
    const hook = (event: { phase: string; request: { verb: string; resource: string } }): void => {
      if (event.phase === 'answered') onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  const confirm = ({ sentence, details }: { sentence: string; details: Orphan }) => {
    questions.push(sentence);
    return onAsked(details);
  };
  const run = (content: string) =>
    inSandbox(sandbox, faults.url, (context) => deleteOrphan(content, { confirm }, context), person);
  const isThere = (content: string) => sandbox.objects.find(contents, undefined, content) !== undefined;
  const changes = () => faults.requests.filter(({ verb }) => verb === 'patch' || verb === 'delete').length;

  test('deletes a content that was retained, and its data', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    const asked: Orphan[] = [];
    onAsked = (orphan) => Promise.resolve(void asked.push(orphan));
    expect(await run(content)).toMatchObject({ name: content, namespace, snapshot: 'night' });
    expect(asked).toMatchObject([{ name: content, tiers: new Map([['daily', '2026-11-20']]) }]);
    expect(questions).toEqual([
      `Delete 'night' of namespace '${namespace}', taken 2026-11-21 12:00 UTC, which stands for 2026-11-20, and its data?`,
    ]);
    await untilSettled(sandbox);
    expect([isThere(content), hasData(folder)]).toEqual([false, false]);
  });

  test('changes nothing when the person says no', async () => {
    const { content, folder } = await orphaned(sandbox, 'night', tiered());
    onAsked = () => Promise.reject(new Error('no'));
    await expect(run(content)).rejects.toThrow('no');
    expect(questions).toEqual([expect.stringMatching(/ 12:00 UTC, and its data\?$/)]);
    expect([isThere(content), hasData(folder), changes()]).toEqual([true, true, 0]);
  });

  test('says which contents there are when there is none of that name', async () => {
    await expect(run('none')).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('backup-ns list --orphans'),
    });
  });

  test('refuses one whose snapshot is there', async () => {
    const { content, folder } = await synced(sandbox, 'night');
    await expect(run(content)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`belongs to VolumeSnapshot 'night' in namespace '${namespace}'`),
    });
    expect([hasData(folder), changes(), questions]).toEqual([true, 0, []]);
  });

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['is held', { ...nightly, [label.hold]: 'true' }, {}, `kubectl label volumesnapshotcontent`],
    ['may be held', { ...nightly, [label.hold]: 'yes' }, {}, `kubectl label volumesnapshotcontent`],
    ['is none of ours', {}, {}, `no label ${label.retain}`],
    ['is being brought back', nightly, { [annotation.reboundTo]: 'other' }, 'backup-ns rebind'],
    [
      'is of a group',
      nightly,
      { 'groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle': 'group-1' },
      "group snapshot 'group-1'",
    ],
  ])('refuses one that %s', async (_, labels, annotations, words) => {
    const { content, folder } = await orphaned(sandbox, 'night', labels, annotations);
    await expect(run(content)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(words),
    });
    expect([hasData(folder), changes(), questions]).toEqual([true, 0, []]);
  });

  test('refuses one whose data is that of another content, too', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    preProvisioned(sandbox, 'other', handleOf(sandbox, content));
    await expect(run(content)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`'${content}' and 'other' stand for the same snapshot`),
    });
    expect([hasData(folder), changes()]).toEqual([true, 0]);
  });

  test('is not kept from it by a content of another driver that has the same handle', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    preProvisioned(sandbox, 'other', handleOf(sandbox, content), { driver: 'other.example.org' });
    await run(content);
    await vi.waitUntil(() => !isThere(content));
    expect(hasData(folder)).toBe(false);
  });

  test('refuses one that its driver has not found, of which the data would stay', async () => {
    preProvisioned(sandbox, 'unknown', 'no-such-handle', { uid: randomUUID() });
    await expect(run('unknown')).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('never found in the storage'),
    });
  });

  test('deletes the data also of one whose snapshot nobody has seen go', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    preProvisioned(sandbox, 'unseen', handleOf(sandbox, content), { uid: randomUUID() });
    await vi.waitUntil(() => contentOf(sandbox, 'unseen').status?.readyToUse);
    sandbox.objects.delete(contents, undefined, content);
    await vi.waitUntil(() => !isThere(content));
    expect(contentOf(sandbox, 'unseen').metadata.annotations).toBeUndefined();
    expect(hasData(folder)).toBe(true);
    await run('unseen');
    await vi.waitUntil(() => !isThere('unseen'));
    expect(hasData(folder)).toBe(false);
  });

  test('deletes the data also of one that was never bound, which nothing would hold', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    preProvisioned(sandbox, 'waiting', handleOf(sandbox, content));
    await vi.waitUntil(() => contentOf(sandbox, 'waiting').status?.readyToUse);
    sandbox.objects.delete(contents, undefined, content);
    await vi.waitUntil(() => !isThere(content));
    await expect(run('waiting')).rejects.toMatchObject({ message: expect.stringContaining('made by hand') });
    sandbox.clock.advance(24 * 60 * 60_000);
    // By it the next run knows what was to happen, should this one be killed.
    let note: string | undefined;
    onAnswer = ({ verb }) => {
      if (verb === 'patch') note = contentOf(sandbox, 'waiting').metadata.labels?.[label.deleting];
    };
    await run('waiting');
    await vi.waitUntil(() => !isThere('waiting'));
    expect([note, hasData(folder)]).toEqual(['unbound', false]);
  });

  test.each<[string, (content: string) => void | Promise<void>]>([
    ['holds it', (content) => change(sandbox, content, ({ metadata }) => hold(metadata.labels))],
    ['binds its data to another', (content) => preProvisioned(sandbox, 'b', handleOf(sandbox, content))],
    ['begins to bring it back', (content) => change(sandbox, content, ({ metadata }) => claim(metadata))],
  ])('leaves one alone when somebody %s while the question stands', async (_, meanwhile) => {
    const { content, folder } = await orphaned(sandbox, 'night');
    onAsked = async () => meanwhile(content);
    await expect(run(content)).rejects.toMatchObject({ reason: 'preflight' });
    expect([hasData(folder), changes()]).toEqual([true, 0]);
  });

  test('leaves one alone that somebody begins to bring back between the patch and the deletion', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    onAnswer = ({ verb }) => {
      if (verb !== 'patch') return;
      change(sandbox, content, (one) => {
        one.spec.deletionPolicy = 'Retain';
        claim(one.metadata);
      });
    };
    await expect(run(content)).rejects.toMatchObject({ message: expect.stringContaining('brought back') });
    expect([isThere(content), hasData(folder)]).toEqual([true, true]);
  });

  test('has one retain its data again that somebody holds between the patch and the deletion', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    onAnswer = ({ verb }) => {
      onAnswer = verb === 'patch' ? () => {} : onAnswer;
      if (verb === 'patch') change(sandbox, content, ({ metadata }) => hold(metadata.labels));
    };
    await expect(run(content)).rejects.toMatchObject({ message: expect.stringContaining('is held') });
    const { spec, metadata } = contentOf(sandbox, content);
    expect([spec.deletionPolicy, metadata.labels?.[label.deleting]]).toEqual(['Retain', undefined]);
    expect(hasData(folder)).toBe(true);
  });

  test.each([403, 500])('has one retain its data again whose deletion is answered with %i', async (code) => {
    const { content } = await orphaned(sandbox, 'night');
    faults.inject({ verb: 'delete', times: 1000 }, status(code));
    await expect(run(content)).rejects.toMatchObject({ status: code });
    const { spec, metadata } = contentOf(sandbox, content);
    expect([spec.deletionPolicy, metadata.labels?.[label.deleting]]).toEqual(['Retain', undefined]);
  });

  test('has one retain its data again that an earlier run, which was killed, has told to delete it', async () => {
    const { content, folder } = await orphaned(sandbox, 'night');
    change(sandbox, content, ({ spec, metadata }) => {
      spec.deletionPolicy = 'Delete';
      metadata.labels = { ...metadata.labels, [label.deleting]: 'x', [label.hold]: 'true' };
    });
    await expect(run(content)).rejects.toMatchObject({ reason: 'preflight' });
    expect(contentOf(sandbox, content).spec.deletionPolicy).toBe('Retain');
    expect(hasData(folder)).toBe(true);
  });

  test('does nothing when another of that name is there by then', async () => {
    const { content } = await orphaned(sandbox, 'night');
    await snap(sandbox, 'other', nightly);
    onAsked = async () => {
      const handle = handleOf(sandbox, content);
      sandbox.objects.delete(contents, undefined, content);
      await vi.waitUntil(() => !isThere(content));
      preProvisioned(sandbox, content, handle);
    };
    await run(content);
    expect([isThere(content), changes()]).toEqual([true, 0]);
    expect(sandbox.objects.all(snapshots, namespace)).toHaveLength(1);
  });

  test.each(
    sampled<[string, Fault]>(
      [
        ['get', status(503)],
        ['list', status(503)],
        ['patch', reset('before')],
        ['patch', reset('after')],
        ['delete', reset('before')],
        ['delete', reset('after')],
      ],
      2,
    ),
  )('gets over the loss of the answer to a %s (%o)', async (verb, fault) => {
    const { content, folder } = await orphaned(sandbox, 'night');
    faults.inject({ verb }, fault);
    await run(content);
    await vi.waitUntil(() => !isThere(content));
    expect(hasData(folder)).toBe(false);
  });
});

function hold(labels: Record<string, string> = {}): void {
  labels[label.hold] = 'true';
}

function claim({ annotations = {} }: { annotations?: Record<string, string> }): void {
  annotations[annotation.reboundTo] = 'other';
}
