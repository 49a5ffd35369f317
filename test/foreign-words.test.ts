import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { groupProblem } from '../src/orphans/content-problems.ts';
import { readOrphan } from '../src/orphans/orphan.ts';
import { snapshotRow } from '../src/catalogue/snapshot-row.ts';
import { loadClusterAccess } from '../src/kube/config.ts';
import { errorFromAnswer, errorFromNetwork, errorFromStatus } from '../src/kube/error.ts';
import { exitCodeOf } from '../src/kube/exec/channels.ts';
import { proxyFor } from '../src/kube/proxy.ts';
import { timedOut } from '../src/locks/wait-for-lease.ts';
import { chooseSize } from '../src/restore/volume/plan-restore.ts';
import { lastProvisioningFailure } from '../src/restore/volume/provisioning-failure.ts';
import { chooseStorageClass } from '../src/restore/volume/storage-class.ts';
import { planRetention } from '../src/retention/retain/plan.ts';
import { chooseClass } from '../src/snapshots/csi/class.ts';
import { label } from '../src/snapshots/labels.ts';
import { readSnapshot } from '../src/snapshots/managed.ts';
import { single } from '../src/snapshots/csi/kind.ts';
import { waitForSnapshot } from '../src/snapshots/taking/wait-for-snapshot.ts';
import { kubeFor } from './kube/fixtures.ts';
import { json, ScriptedServer } from './kube/scripted-server.ts';
import { testContext } from './support/context.ts';
import { stored } from '../src/snapshots/csi/volume-snapshot.ts';

/** Steers a terminal, turns around what follows, fakes a line of the log, and has no end. */
const hostile = `a\u001B[2J\u202Eb\r\n{"level":"info"}\0${'long '.repeat(50_000)}`;
const now = new Date('2026-11-21T12:00:00Z');
const call = { method: 'GET', path: '/' };
const metadata = { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '1' };
const made = { ...metadata, creationTimestamp: '2026-11-20T02:30:00Z' };
const snapshot = { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: made };
const status = { kind: 'Status', message: hostile, reason: hostile, code: hostile, details: hostile };
const policy = { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 12, yearly: 0 };

function thrown(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    const { message, reason } = error as { message: string; reason?: unknown };
    return { message, reason };
  }
}

function wordsOf(error: Error): unknown {
  const { message, reason } = error as Error & { reason?: unknown };
  return { message, reason };
}

/** What is said of each place that somebody else writes to. */
const sayings: Readonly<Record<string, () => unknown>> = {
  'an answer of the API server': () => wordsOf(errorFromAnswer(call, 422, JSON.stringify(status))),
  'an answer of a proxy': () => wordsOf(errorFromAnswer(call, 502, hostile)),
  'the error of a watch': () => wordsOf(errorFromStatus(call, status as never)),
  'a connection': () => wordsOf(errorFromNetwork(call, new Error(hostile))),
  'the end of an exec': () => thrown(() => exitCodeOf(Buffer.from(JSON.stringify(status)))),
  'the garbled end of an exec': () => thrown(() => exitCodeOf(Buffer.from(hostile))),
  'the holder of a lease': () =>
    timedOut(
      {
        apiVersion: '',
        kind: '',
        metadata,
        spec: { holderIdentity: hostile, acquireTime: hostile, renewTime: hostile },
      },
      { namespace: 'shop', timeoutMilliseconds: 0 },
    ).message,
  'a driver without a class': () => chooseClass([], hostile, undefined),
  'a driver without a storage class': () =>
    chooseStorageClass([], { driver: hostile, named: 'fast', ofSource: undefined }),
  'the size of a snapshot': () =>
    chooseSize(stored({ ...snapshot, status: { restoreSize: hostile } }), undefined, { size: 'x' }),
  'the group of a content': () =>
    groupProblem({ ...snapshot, status: { volumeGroupSnapshotHandle: hostile } }),
  'a snapshot without a uid': () =>
    thrown(() =>
      readSnapshot(stored({ ...snapshot, metadata: { name: hostile, namespace: hostile } }), 'UTC'),
    ),
  'a content without a uid': () =>
    thrown(() => readOrphan({ ...snapshot, metadata: { name: hostile } }, 'UTC')),
  'the error of a snapshot': () =>
    snapshotRow(stored({ ...snapshot, status: { error: { message: hostile } } }), now).failed,
  'the day of a label': () => {
    const labels = { [label.daily]: hostile, [label.retain]: 'daily_weekly_monthly' };
    const one = { ...snapshot, metadata: { ...made, labels }, status: { readyToUse: true } };
    const plan = planRetention([readSnapshot(stored(one), 'UTC')], policy, now, 'UTC');
    return plan.flatMap(({ tiers }) => tiers.map(({ reason }) => reason));
  },
};

function expectHarmless(said: unknown): void {
  // Of JSON, which would escape some of it itself.
  const texts: string[] = [];
  JSON.stringify(said, (_, value: unknown) => (typeof value === 'string' ? void texts.push(value) : value));
  if (typeof said === 'string') texts.push(said);
  expect(texts.length).toBeGreaterThan(0);
  for (const text of texts) {
    expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    expect(text.length).toBeLessThan(1000);
  }
}

test.each(Object.entries(sayings))('%s is quoted in few characters, all of which can be seen', (_, say) => {
  expectHarmless(say());
});

test('the words of the storage are, too', async () => {
  await using server = await ScriptedServer.start();
  const list = (kind: string, items: unknown[], apiVersion = 'v1') =>
    json(200, { kind, apiVersion, metadata: { resourceVersion: '1' }, items });
  server.script('GET /api/v1/namespaces/shop/events', list('EventList', [{ metadata, message: hostile }]));
  const failing = { metadata, status: { readyToUse: true, error: { message: hostile } } };
  const path = '/apis/snapshot.storage.k8s.io/v1/namespaces/shop/volumesnapshots';
  server.script(`GET ${path}`, list('VolumeSnapshotList', [failing], 'snapshot.storage.k8s.io/v1'));
  const context = testContext(kubeFor(server.url));
  expectHarmless(await lastProvisioningFailure({ metadata } as never, context));
  const key = { namespace: 'shop', name: 'a' };
  await waitForSnapshot(single, key, 'ready', () => true, 60_000, context).catch(() => {});
  expectHarmless(context.lines.map(({ reason }) => reason).filter((reason) => reason !== undefined));
});

test('a proxy that is no URL, and a kubeconfig that is no YAML, are refused without what they hold', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'kubeconfig-'));
  const kubeconfig = join(folder.path, 'config');
  writeFileSync(kubeconfig, 'users:\n- name: a\n  user:\n    token: hunter2-hunter2\n   x: [\n');
  const errors = [
    thrown(() => loadClusterAccess({ kubeconfig })),
    thrown(() => proxyFor(new URL('https://k8s.example'), { httpsProxy: 'http://user:hunter2@proxy:port' })),
    thrown(() => proxyFor(new URL('https://k8s.example'), { httpsProxy: 'user:hunter2@proxy:99999' })),
  ];
  for (const error of errors) {
    expect(error).toMatchObject({ reason: 'settings' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  }
});
