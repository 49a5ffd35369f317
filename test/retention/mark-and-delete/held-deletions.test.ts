import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import {
  markAndDelete,
  type MarkAndDeleteResult,
} from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { driver } from '../../../scripts/sandbox/driver.ts';
import { contents, namespaces, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import type { LogLine } from '../../support/context.ts';
import { namespace, openVolume, snap, tiered } from '../real-snapshots.ts';
import { inSandbox } from '../support.ts';

const past = { [label.deleteAfter]: '2026-11-20' };
const asSource = 'snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection';
const tenant = 'tenant';
const count = 12;
/** Of a machine that does much else at the same time. */
const patience = { timeout: 30_000 };
let sandbox: Sandbox;
let faults: Faults;
/** Called before each answer is passed on. */
let onAnswer: (request: { verb: string; resource: string }) => void;

/** What an earlier run has deleted, and what is kept from going by claims that are made from it. */
beforeEach(async () => {
  sandbox = await openVolume();
  onAnswer = () => {};
  faults = await startFaults(
    { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} },
    { hook: ({ phase, request }) => void (phase === 'answered' && onAnswer(request)) },
  );
  await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
  await snap(sandbox, 'old', tiered(past));
  const { objects } = sandbox;
  objects.create(namespaces, undefined, {
    apiVersion: '',
    kind: '',
    metadata: { name: tenant, labels: { tenant: 'yes' } },
  });
  for (let index = 0; index < count; index += 1) leave(`held-${index}`);
  sandbox.clock.advance(10 * 60_000);
});
afterEach(async () => {
  await faults[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

function leave(name: string): void {
  const { objects } = sandbox;
  const source = { volumeSnapshotContentName: `of-${name}` };
  const metadata = { name, finalizers: [asSource, 'test/held'], labels: tiered(past) };
  const made = objects.create(snapshots, tenant, { apiVersion: '', kind: '', metadata, spec: { source } });
  const { uid = '' } = made.metadata;
  const content: KubeObject = {
    apiVersion: '',
    kind: '',
    metadata: { name: `of-${name}`, labels: { [label.deleting]: uid } },
    spec: {
      driver,
      deletionPolicy: 'Retain',
      source: { snapshotHandle: name },
      volumeSnapshotRef: { namespace: tenant, name, uid },
    },
  };
  objects.create(contents, undefined, content);
  objects.delete(snapshots, tenant, name);
}

async function run(given: Record<string, string> = {}) {
  const { settings } = readSettings(
    markAndDeleteSettings,
    sourcesOf({ MARK_AND_DELETE_PAUSE: '0', ...given }),
  );
  return inSandbox(
    sandbox,
    faults.url,
    async (context): Promise<{ result: MarkAndDeleteResult; lines: readonly LogLine[] }> => ({
      result: await markAndDelete(settings, context),
      lines: context.lines,
    }),
  );
}

test(
  'earlier deletions whose snapshots are held get one look each, and are in the way of none',
  patience,
  async () => {
    const { result, lines } = await run();
    expect(result).toMatchObject({ deleted: [{ namespace, name: 'old' }], failed: [], skipped: [] });
    const looks = faults.requests.filter(
      ({ verb, resource, namespace: of }) => `${verb} ${resource}` === 'get volumesnapshots' && of === tenant,
    );
    // Whose state decides whether it is gone on with, and whether the content may go.
    expect(looks).toHaveLength(2 * count);
    const isDeletion = ({ verb, resource }: { verb: string; resource: string }) =>
      `${verb} ${resource}` === 'delete volumesnapshots';
    const before = faults.requests.slice(0, faults.requests.findIndex(isDeletion));
    expect(before.filter((one) => looks.includes(one)).length).toBeLessThan(looks.length / 2);
    expect(lines.filter(({ msg }) => msg.startsWith('finished the deletion'))).toEqual([]);
    expect(lines).toContainEqual(
      expect.objectContaining({ waiting: count, namespaces: { [tenant]: count } }),
    );
  },
);

test('an earlier deletion is gone on with no longer than until the deadline', patience, async () => {
  onAnswer = ({ verb, resource }) => {
    if (`${verb} ${resource}` === 'list volumesnapshotcontents') sandbox.clock.advance(2 * 60 * 60_000);
  };
  const { lines } = await run({ MARK_AND_DELETE_DEADLINE: '1h' });
  expect(lines).toContainEqual(expect.objectContaining({ left: count }));
});

test.each([
  ['names others', { MARK_AND_DELETE_NAMESPACES: namespace }, count],
  ['selects others', { MARK_AND_DELETE_NAMESPACE_SELECTOR: '!tenant' }, count],
  ['selects theirs', { MARK_AND_DELETE_NAMESPACE_SELECTOR: 'tenant' }, 0],
])(
  'a run that %s goes on with earlier deletions of its own namespaces alone',
  async (_, given, untouched) => {
    await run(given);
    const ofTenant = sandbox.objects.all(contents).filter(({ metadata }) => metadata.name?.startsWith('of-'));
    const retained = ofTenant.filter(
      ({ spec }) => (spec as { deletionPolicy: string }).deletionPolicy === 'Retain',
    );
    expect(retained).toHaveLength(untouched);
  },
);

test(
  'what has been on its way out for more than a day is named in every run, some of each namespace',
  patience,
  async () => {
    expect((await run()).result.others).toEqual([]);
    sandbox.clock.advance(25 * 60 * 60_000);
    const { result, lines } = await run();
    const stuck = result.others.filter(({ fate }) => fate === 'wait');
    expect(stuck).toHaveLength(10);
    expect(stuck[0]?.reason).toMatch(/^on its way out since 2026-11-21T.*describe volumesnapshot held-/);
    expect(result).toMatchObject({ left: 0, failed: [] });
    expect(lines).toContainEqual(expect.objectContaining({ stuck: count, namespaces: { [tenant]: count } }));
  },
);
