import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { leaseName, noteAnnotation } from '../../src/locks/lease.ts';
import { harmless } from '../../src/core/terminal-text.ts';
import { apply, checkout, type Testbed } from '../../scripts/testbed.ts';
import { hostileTexts } from '../fuzz/hostile-texts.ts';
import { slotsOf, withValue, type Slot } from '../fuzz/slots.ts';
import { Draws } from '../fuzz/world.ts';
import { snapshotClass } from './snapshot-class.ts';
import { freshNamespace, getJson, testbed } from './support.ts';

/** Whose tenant writes whatever the API server takes, and whose it is to harm. */
const hostile = 'e2e-hostile';
const victim = 'e2e-hostile-victim';
const prefix = 'backup-ns.sh/';
const snapshotApi = 'snapshot.storage.k8s.io/v1';
const today = new Date().toISOString().slice(0, 10);

interface Listed {
  readonly items: readonly KubeObject[];
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function snapshot(namespace: string, name: string, labels: Record<string, string>, spec: object): KubeObject {
  const named = Object.entries({ retain: 'daily_weekly_monthly', pvc: 'data', ...labels });
  const metadata = {
    namespace,
    name,
    labels: Object.fromEntries(named.map(([key, value]) => [prefix + key, value])),
  };
  return { apiVersion: snapshotApi, kind: 'VolumeSnapshot', metadata, spec };
}

/** What the API server keeps as it is written: no status, which is another's to write, and no finalizer, which would stay. */
function isWritable({ path: [place, field] }: Slot): boolean {
  return place !== 'status' && !['finalizers', 'generateName', 'managedFields'].includes(String(field));
}

function hostileSnapshots(): KubeObject[] {
  const spec = { volumeSnapshotClassName: 'e2e-hostile', source: { persistentVolumeClaimName: 'nothing' } };
  const draws = new Draws(1, 16);
  return draws.each(slotsOf.volumesnapshots.filter(isWritable)).map(({ slot, text }, index) => {
    const labels = index % 2 === 0 ? { 'delete-after': '2020-01-01' } : { daily: today };
    return withValue(snapshot(hostile, `bait-${index}`, labels, spec), slot, text);
  });
}

function hostileClaims(): KubeObject[] {
  const spec = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: '',
    resources: { requests: { storage: '1Mi' } },
  };
  const slots = slotsOf.persistentvolumeclaims.filter(isWritable);
  return new Draws(2, 12).each(slots).map(({ slot, text }, index) => {
    const metadata = { namespace: hostile, name: `claim-${index}` };
    return withValue({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec }, slot, text);
  });
}

describe('what a hostile tenant has written on a real API server', () => {
  let bed: Testbed;

  const backupNs = (environment: Record<string, string>, ...args: string[]): Ended => {
    const bundle = join(checkout, 'dist', 'backup-ns.mjs');
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      KUBECONFIG: bed.kubeconfig,
      ...environment,
    };
    const ended = spawnSync(process.execPath, [bundle, ...args], {
      env,
      encoding: 'utf8',
      timeout: 150_000,
      maxBuffer: 1e8,
    });
    return { exitCode: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  };

  /** Creates as many as the API server takes; it refuses the others one by one, or the whole piece when it cannot read it. */
  const createMany = async (objects: readonly KubeObject[]): Promise<void> => {
    for (let start = 0; start < objects.length; start += 20) {
      const items = objects.slice(start, start + 20);
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      await bed.kubectl(['create', '--validate=false', '-f', '-'], list).catch(() => {});
    }
  };

  /** What is the victim's, but for what controllers change all the time. */
  const ofVictim = async (): Promise<unknown> => {
    const kinds = 'volumesnapshots,persistentvolumeclaims,leases';
    const { items } = await getJson<Listed>(bed, ['-n', victim, 'get', kinds]);
    const contents = await getJson<Listed>(bed, ['get', 'volumesnapshotcontents']);
    const isIts = ({ spec }: KubeObject) =>
      (spec as { volumeSnapshotRef?: { namespace?: string } }).volumeSnapshotRef?.namespace === victim;
    return [...items, ...contents.items.filter(isIts)].map(({ kind, metadata, spec }) => {
      const { name, uid, labels, deletionTimestamp } = metadata;
      const { deletionPolicy } = (spec ?? {}) as { deletionPolicy?: string };
      // A content's labels are what `sync-metadata` is there to write.
      const own = kind === 'VolumeSnapshotContent' ? {} : { labels };
      return { kind, name, uid, deletionTimestamp, deletionPolicy, ...own };
    });
  };

  const expectHarmless = ({ exitCode, stdout, stderr }: Ended, exitCodes: readonly number[]): void => {
    if (!exitCodes.includes(exitCode ?? -1))
      throw new Error(`ended with ${exitCode}: ${stderr.slice(-2000)}`);
    for (const text of [stdout, stderr]) expect(harmless(text) === text).toBe(true);
    for (const line of stderr.split('\n')) expect(line.length).toBeLessThan(8 * 1024);
    expect(stderr).not.toMatch(/TypeError|RangeError|is not a function|Cannot read/);
  };

  beforeAll(async () => {
    bed = await testbed();
    for (const name of [hostile, victim]) await freshNamespace(bed, name);
    const spec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'hostdisk',
      resources: { requests: { storage: '64Mi' } },
    };
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace: victim, name: 'data' },
      spec,
    };
    await apply(bed, claim, snapshotClass('e2e-hostile', 'Delete'));
    await bed.kubectl([
      '-n',
      victim,
      'wait',
      '--for=jsonpath={.status.phase}=Bound',
      'pvc/data',
      '--timeout=60s',
    ]);
    const source = { volumeSnapshotClassName: 'e2e-hostile', source: { persistentVolumeClaimName: 'data' } };
    await apply(
      bed,
      snapshot(victim, 'only-backup', { daily: today }, source),
      snapshot(victim, 'held', { hold: 'true', 'delete-after': '2020-01-01' }, source),
    );
    await bed.kubectl([
      '-n',
      victim,
      'wait',
      '--for=jsonpath={.status.readyToUse}=true',
      '--timeout=60s',
      'volumesnapshot/only-backup',
      'volumesnapshot/held',
    ]);
    await createMany([...hostileSnapshots(), ...hostileClaims()]);
    const policies = hostileTexts['policies'] ?? [];
    await bed.kubectl(['annotate', 'namespace', hostile, `${prefix}retain-policy=${policies.at(-1)}`]);
  });

  test('is a good part of what was tried', async () => {
    const { items } = await getJson<Listed>(bed, [
      '-n',
      hostile,
      'get',
      'volumesnapshots,persistentvolumeclaims',
    ]);
    expect(items.length).toBeGreaterThan(50);
  });

  const both = `${hostile},${victim}`;
  const commands: readonly (readonly [string, Record<string, string>, string[], number[]])[] = [
    ['list', {}, ['-n', hostile, '-o', 'wide'], [0]],
    ['list', {}, ['-n', hostile, '-o', 'yaml'], [0]],
    ['sync-metadata', { SYNC_METADATA_NAMESPACES: both }, [], [0, 3]],
    ['retain', { RETAIN_NAMESPACES: both }, [], [0, 3]],
    [
      'mark-and-delete',
      { MARK_AND_DELETE_NAMESPACES: both, MARK_AND_DELETE_PAUSE: '0', MARK_AND_DELETE_DEADLINE: '100s' },
      [],
      [0, 3],
    ],
    ['list', {}, ['--orphans', '-o', 'json'], [0]],
  ];

  test.each(commands)('%s does no harm to another (%j %j)', async (command, settings, args, exitCodes) => {
    const before = await ofVictim();
    expectHarmless(backupNs(settings, command, ...args), exitCodes);
    expect(await ofVictim()).toEqual(before);
  });

  test('a note that tells the next backup to undo what is of another does no harm to it', async () => {
    const before = await ofVictim();
    const away = `../../../namespaces/${victim}/volumesnapshots/only-backup`;
    const notes = [
      { hooks: [], frozen: [], snapshots: [away, '..', 'only-backup'], groups: [away] },
      { hooks: ['x'], frozen: ['..'], snapshots: [''], groups: [away.replaceAll('/', '\\')] },
    ].map((note) => JSON.stringify(note));
    const settings = {
      BAK_NAMESPACE: hostile,
      BAK_PVC_NAME: 'nothing',
      BAK_DB_SKIP: 'true',
      BAK_LEASE_TIMEOUT_SEC: '0',
    };
    for (const note of [...notes, ...(hostileTexts['json'] ?? []).slice(0, 6)]) {
      const metadata = { namespace: hostile, name: leaseName, annotations: { [noteAnnotation]: note } };
      await apply(bed, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: {} });
      expectHarmless(backupNs(settings, 'create'), [4]);
    }
    expect(await ofVictim()).toEqual(before);
  });
});
