import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  markAndDelete,
  type MarkAndDeleteResult,
} from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { label } from '../../src/snapshots/labels.ts';
import { status, type Fault } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { namespaces, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { openVolume, snap, tiered } from './real-snapshots.ts';
import { loadClaim, inSandbox } from './support.ts';

const past = { [label.deleteAfter]: '2026-11-20' };

describe('mark-and-delete beside a tenant with many snapshots that are due', { timeout: 60_000 }, () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;

  beforeEach(async () => {
    sandbox = await openVolume();
    onAnswer = () => {};
    faults = await startFaults(
      { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} },
      { hook: ({ phase, request }) => void (phase === 'answered' && onAnswer(request)) },
    );
    await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
    await snap(sandbox, 'old', tiered(past));
    for (const namespace of ['aaa', 'zzz']) {
      sandbox.objects.create(namespaces, undefined, {
        apiVersion: '',
        kind: '',
        metadata: { name: namespace },
      });
      for (let count = 0; count < 23; count += 1) bait(namespace, `bait-${count}`);
    }
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  function bait(namespace: string, name: string): void {
    const spec = { source: { persistentVolumeClaimName: name } };
    const metadata = { name, labels: { [label.deleteAfter]: '2020-01-01' } };
    // Long enough ago that it will never be ready.
    const { clock, objects } = sandbox;
    const at = clock.now();
    clock.set(new Date('2026-11-01T12:00:00Z'));
    objects.create(snapshots, namespace, { apiVersion: '', kind: '', metadata, spec });
    clock.set(at);
  }

  async function run(maxDeletions: number, more: Record<string, string> = {}): Promise<MarkAndDeleteResult> {
    const given = {
      MARK_AND_DELETE_PAUSE: '0',
      MARK_AND_DELETE_MAX_DELETIONS: String(maxDeletions),
      ...more,
    };
    const { settings } = readSettings(markAndDeleteSettings, sourcesOf(given));
    return inSandbox(sandbox, faults.url, (context) =>
      markAndDelete(settings, context).catch((error: { result: MarkAndDeleteResult }) => error.result),
    );
  }

  const countIn = (list: readonly { namespace: string }[], wanted: string) =>
    list.filter(({ namespace }) => namespace === wanted).length;

  test('gives each namespace its share, and says whose is left', async () => {
    const { deleted, left, leftIn } = await run(6);
    expect(countIn(deleted, 'shop')).toBe(1);
    expect(['aaa', 'zzz'].map((namespace) => countIn(deleted, namespace))).not.toContain(0);
    expect(left).toBe(47 - 6);
    expect(Object.values(leftIn).reduce((sum, count) => sum + count)).toBe(left);
  });

  exhaustively.test('gives members of groups that are not there turns of their own', async () => {
    // Of a version that is not served, so that no collector of garbage takes them away.
    const owner = {
      apiVersion: 'groupsnapshot.storage.k8s.io/v9',
      kind: 'VolumeGroupSnapshot',
      name: 'none',
    };
    const { objects } = sandbox;
    for (const one of ['aaa', 'zzz'].flatMap((namespace) => objects.all(snapshots, namespace))) {
      objects.touch(snapshots, one, ({ metadata }) => {
        metadata.ownerReferences = [{ ...owner, uid: 'of-none' }];
      });
    }
    const { deleted } = await run(26);
    expect(deleted).toHaveLength(26);
    expect(countIn(deleted, 'shop')).toBe(1);
    for (const namespace of ['aaa', 'zzz']) expect(countIn(deleted, namespace)).toBeGreaterThan(5);
  });

  test('has deleted what is due by the deadline, however many are to be marked and however slowly', async () => {
    loadClaim(sandbox, 'aaa', 'data');
    const nights = nightlySnapshots('aaa', 'data', 16, new Date('2026-11-21T02:30:00Z'));
    for (const { metadata } of nights) metadata.labels = tiered();
    sandbox.load(snapshots, nights);
    onAnswer = ({ verb, resource }) => {
      if (`${verb} ${resource}` === 'patch volumesnapshots') sandbox.clock.advance(5 * 60_000);
    };
    const { marked, deleted, failed } = await run(100, { MARK_AND_DELETE_DEADLINE: '1h' });
    expect(marked.length).toBeGreaterThan(3);
    expect(marked.length).toBeLessThan(15);
    expect(failed).toEqual([]);
    expect(countIn(deleted, 'shop')).toBe(1);
  });

  test.each(
    sampled<[string, Fault, 'failed' | 'skipped']>(
      [
        ['that are refused', status(403), 'failed'],
        ['that are not valid', status(422), 'skipped'],
      ],
      1,
    ),
  )('deletes those of the others whatever becomes of deletions %s', async (_, fault, list) => {
    for (const namespace of ['aaa', 'zzz']) {
      faults.inject({ verb: 'delete', resource: 'volumesnapshots', namespace, times: 10_000 }, fault);
    }
    const result = await run(3);
    expect(result.deleted.map(({ name }) => name)).toEqual(['old']);
    // Of each namespace so many as end the tries of a run; the others are left.
    expect(['aaa', 'zzz'].map((namespace) => countIn(result[list], namespace))).toEqual([20, 20]);
    expect(result.leftIn).toEqual({ aaa: 3, zzz: 3 });
  });

  test('begins with others of a namespace each time, so that what can be deleted there goes in the end', async () => {
    const names = sandbox.objects.all(snapshots, 'aaa').map(({ metadata }) => metadata.name ?? '');
    const last = names.at(-1);
    for (const name of names.slice(0, -1)) {
      const match = { verb: 'delete', resource: 'volumesnapshots', namespace: 'aaa', name, times: 10_000 };
      faults.inject(match, status(403));
    }
    const given = { MARK_AND_DELETE_PAUSE: '0', MARK_AND_DELETE_NAMESPACES: 'aaa' };
    const { settings } = readSettings(markAndDeleteSettings, sourcesOf(given));
    const gone: string[] = [];
    for (const fraction of [0, 0.9]) {
      const result = await inSandbox(sandbox, faults.url, (context) =>
        markAndDelete(settings, {
          ...context,
          random: { ...context.random, fraction: () => fraction },
        }).catch((error: { result: MarkAndDeleteResult }) => error.result),
      );
      gone.push(...result.deleted.filter(({ namespace }) => namespace === 'aaa').map(({ name }) => name));
    }
    expect(gone).toEqual([last]);
  });
});
