import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { deleteNamed } from '../../src/retention/delete/delete-named.ts';
import { markAndDelete } from '../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../src/settings/read.ts';
import { label } from '../../src/snapshots/labels.ts';
import { namespaces, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { hasData, openVolume, snap, tiered } from './real-snapshots.ts';
import { inSandbox } from './support.ts';

const victim = 'victims-only-backup';
const group = 'groupsnapshot.storage.k8s.io';

/** What an API server takes as the apiVersion of an owner: anything with one slash. */
const steering = [
  `${group}/..\\snapshot.storage.k8s.io\\v1\\namespaces\\shop\\volumesnapshots\\${victim}?`,
  `${group}/..\\..\\api\\v1\\namespaces\\shop?`,
  `${group}/..\\..\\api\\v1\\namespaces\\shop#`,
  `${group}/%2e%2e%2f%2e%2e%2fapi%2fv1%2fnamespaces%2fshop?`,
  `${group}/v1\\namespaces\\shop\\volumesnapshots\\${victim}?x=`,
  `${group}/v1?`,
  `${group}/`,
];
/** Its name may be anything at all; of a version that is not served, so that no collector of garbage takes it away. */
const names = [`../../../shop/volumegroupsnapshots/g`, '..', 'g?', '.\\g', 'x'.repeat(300)];

let sandbox: Sandbox;
let folder: string;
beforeEach(async () => {
  sandbox = await openVolume();
  folder = await snap(sandbox, victim, tiered({ [label.daily]: '2026-11-21' }));
  const manifest: KubeObject = { apiVersion: '', kind: '', metadata: { name: 'evil' } };
  sandbox.objects.create(namespaces, undefined, manifest);
  for (const [index, apiVersion] of steering.entries()) bait(`version-${index}`, apiVersion, 'g');
  for (const [index, name] of names.entries()) bait(`name-${index}`, `${group}/v9`, name);
  waitADay();
});
afterEach(() => sandbox[Symbol.asyncDispose]());

/** For which what is not ready waits. */
function waitADay(): void {
  sandbox.clock.advance(25 * 60 * 60_000);
}

/** All that a tenant needs: one VolumeSnapshot in a namespace of its own. */
function bait(name: string, apiVersion: string, owner: string): void {
  const labels = { [label.deleteAfter]: '2020-01-01' };
  const ownerReferences = [{ apiVersion, kind: 'VolumeGroupSnapshot', name: owner, uid: 'u' }];
  const spec = { source: { persistentVolumeClaimName: 'nothing' } };
  const metadata = { name, labels, ownerReferences };
  sandbox.objects.create(snapshots, 'evil', { apiVersion: '', kind: '', metadata, spec });
}

/** Calls that are a list, the API server's time, or about an object of the tenant's own: a snapshot, or the content of one. */
function mayBeAsked(): (call: string) => boolean {
  const own = sandbox.objects.all(snapshots, 'evil').map(({ metadata: { name, uid } }) => ({ name, uid }));
  const root = '/apis/snapshot.storage.k8s.io/v1';
  const paths = new Set(
    own.flatMap(({ name, uid }) => [
      `${root}/namespaces/evil/volumesnapshots/${name}`,
      `${root}/volumesnapshotcontents/snapcontent-${uid}`,
    ]),
  );
  return (call) =>
    call.startsWith('list ') || call === 'get /version' || paths.has(call.slice(call.indexOf(' ') + 1));
}

function callsSince(since: number): string[] {
  return sandbox.requests.slice(since).map(({ verb, path }) => `${verb} ${path}`);
}

function expectVictim(): void {
  const { metadata } = sandbox.objects.get(snapshots, 'shop', victim);
  expect(metadata.deletionTimestamp).toBeUndefined();
  expect(metadata.labels).toMatchObject({ [label.daily]: '2026-11-21' });
  expect(hasData(folder)).toBe(true);
  expect(sandbox.objects.get(namespaces, undefined, 'shop').metadata.deletionTimestamp).toBeUndefined();
}

describe('an owner reference that no group can have', () => {
  it('leads mark-and-delete to nothing but the snapshot that has it', async () => {
    const sources = sourcesOf({ MARK_AND_DELETE_PAUSE: '0' });
    const { settings } = readSettings(markAndDeleteSettings, sources);
    const isOwn = mayBeAsked();
    const since = sandbox.requests.length;
    const { deleted } = await inSandbox(sandbox, undefined, (context) => markAndDelete(settings, context));
    expect(deleted).toHaveLength(steering.length + names.length);
    expect(callsSince(since).filter((call) => !isOwn(call))).toEqual([]);
    expect(sandbox.objects.all(snapshots, 'evil')).toEqual([]);
    expectVictim();
  });

  it('is skipped where a content is named that none can be called, and is not a failure of the run', async () => {
    for (const [index, volumeSnapshotContentName] of [
      '..',
      '../x',
      'a/b?',
      '\\',
      'x'.repeat(300),
    ].entries()) {
      const metadata = { name: `source-${index}`, labels: { [label.deleteAfter]: '2020-01-01' } };
      const spec = { source: { volumeSnapshotContentName } };
      sandbox.objects.create(snapshots, 'evil', { apiVersion: '', kind: '', metadata, spec });
    }
    waitADay();
    const { settings } = readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' }));
    const { failed, skipped } = await inSandbox(sandbox, undefined, (context) =>
      markAndDelete(settings, context),
    );
    const error = expect.stringContaining('cannot be the name of a VolumeSnapshotContent') as string;
    expect(failed).toEqual([]);
    expect(skipped).toEqual(Array.from({ length: 5 }, () => expect.objectContaining({ error }) as unknown));
    expectVictim();
  });

  it('leads an administrator’s delete to nothing but the snapshot that has it', async () => {
    const wanted = sandbox.objects.all(snapshots, 'evil').map(({ metadata }) => metadata.name ?? '');
    const settings = { snapshots: wanted, namespace: 'evil', yes: true, evenTheLast: false };
    const isOwn = mayBeAsked();
    const since = sandbox.requests.length;
    await inSandbox(
      sandbox,
      undefined,
      (context) => deleteNamed(settings, { confirm: () => Promise.resolve() }, context),
      {},
    );
    expect(callsSince(since).filter((call) => !isOwn(call))).toEqual([]);
    expect(sandbox.objects.all(snapshots, 'evil')).toEqual([]);
    expectVictim();
  });
});
