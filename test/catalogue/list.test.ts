import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { label } from '../../src/snapshots/labels.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import {
  namespaces,
  roleBindings,
  roles,
  serviceAccounts,
  snapshotClasses,
  snapshots,
} from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { namespace, openVolume, setLabels, snap, tiered } from '../retention/real-snapshots.ts';
import { startCommand, type CommandProcess } from '../support/command-process.ts';

const named = (name: string) => ({ apiVersion: '', kind: '', metadata: { name } });

/** Whoever may list the snapshots of `shop`, and no others. */
function allowInShop({ objects }: Sandbox): Account {
  const serviceAccount = { namespace, name: 'reader' };
  objects.create(serviceAccounts, namespace, named('reader'));
  const apiGroups = ['snapshot.storage.k8s.io'];
  const rules = [{ apiGroups, resources: ['volumesnapshots'], verbs: ['list', 'watch'] }];
  objects.create(roles, namespace, { ...named('reader'), rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  const subjects = [{ kind: 'ServiceAccount', ...serviceAccount }];
  objects.create(roleBindings, namespace, { ...named('reader'), roleRef, subjects });
  return { serviceAccount, namespace };
}

describe('list', () => {
  let sandbox: Sandbox;
  let account: Account;

  beforeEach(async () => {
    sandbox = await openVolume();
    account = allowInShop(sandbox);
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  const start = (args: readonly string[], as = account): CommandProcess =>
    startCommand(sandbox, { command: 'list', args, settings: {}, account: as });
  const run = (...args: string[]) => start(args).ended;
  const said = (process: CommandProcess, words: RegExp) =>
    vi.waitUntil(() => words.test(process.said().stdout), { timeout: 20_000 });

  test('shows the snapshots of the namespace of the kubeconfig, as a table also where no terminal is', async () => {
    await snap(sandbox, 'night', tiered({ [label.daily]: '2026-11-21', [label.type]: 'cronjob' }));
    await snap(sandbox, 'foreign', {});
    const { exitCode, stdout, stderr } = await run();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'NAME   PVC   READY  AGE  TYPE     TIERS  DELETE-AFTER  VERIFIED  SIZE',
      expect.stringMatching(/^night {2}data {2}true {3}\d+m?s +cronjob {2}daily {2}- +- +1\.0 GiB$/),
      '',
    ]);
  });

  test('has names that our other commands take, and data for programs', async () => {
    await snap(sandbox, 'night', tiered());
    expect((await run('-o', 'name')).stdout).toBe('volumesnapshot.snapshot.storage.k8s.io/night\n');
    expect(JSON.parse((await run('-o', 'json')).stdout)).toMatchObject({
      namespace,
      snapshots: [{ namespace, name: 'night', ready: true, tiers: {}, sizeBytes: 2 ** 30 }],
    });
    expect((await run('-o', 'yaml')).stdout).toMatch(/^snapshots:\n {2}- namespace: shop\n {4}name: night$/m);
  });

  test('sees all namespaces for whoever may', async () => {
    sandbox.objects.create(namespaces, undefined, named('blog'));
    await snap(sandbox, 'night', tiered());
    sandbox.objects.create(snapshots, 'blog', {
      ...named('waiting'),
      metadata: { name: 'waiting', labels: tiered() },
      spec: { volumeSnapshotClassName: 'none', source: { persistentVolumeClaimName: 'data' } },
    });
    const { stdout } = await start(['-A'], {}).ended;
    expect(stdout).toMatch(/^NAMESPACE .*\nblog {7}waiting .* false .*\nshop {7}night .* true .*\n$/);
  });

  test('says in one sentence what to do when not all namespaces may be seen', async () => {
    for (const args of [['-A'], ['-A', '-w']]) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
      const { msg } = JSON.parse(stderr) as { msg: string };
      expect(msg).toMatch(/^You may not see the snapshots of all namespaces; name one of yours with -n /);
    }
  });

  test.each([
    [[], 'No snapshots found in namespace shop.\n'],
    [['-n', 'blog', '--held'], 'No matching snapshots found in namespace blog.\n'],
  ])('says on stderr that there is nothing (%j)', async (args, stderr) => {
    const account = {};
    sandbox.objects.create(namespaces, undefined, named('blog'));
    const base = ['-n', namespace];
    expect(await start([...base, ...args], account).ended).toEqual({ exitCode: 0, stdout: '', stderr });
    const json = await start([...base, ...args, '-o', 'json'], account).ended;
    expect(json).toMatchObject({ stderr: '', stdout: expect.stringContaining('"snapshots":[]') });
  });

  test('says of a namespace that is not there that it is not', async () => {
    const { exitCode, stdout, stderr } = await start(['-n', 'shpo'], {}).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain(
      "There is no namespace 'shpo'; give one of these with -n: kubectl get namespaces",
    );
  });

  /** Ready when its class is made, and not before. */
  const createUnready = (name: string): void =>
    void sandbox.objects.create(snapshots, namespace, {
      ...named(name),
      metadata: { name, labels: tiered() },
      spec: { volumeSnapshotClassName: 'later', source: { persistentVolumeClaimName: 'data' } },
    });
  const makeReady = (): void =>
    void sandbox.objects.create(snapshotClasses, undefined, {
      ...named('later'),
      driver,
      deletionPolicy: 'Delete',
    });

  test('--watch shows a new snapshot become ready and go, in columns, until Ctrl-C', async () => {
    await snap(sandbox, 'night', tiered());
    const watch = start(['-w']);
    await said(watch, /^night /m);
    createUnready('fresh');
    await said(watch, /^fresh .* false /m);
    makeReady();
    await said(watch, /^fresh .* true /m);
    sandbox.objects.delete(snapshots, namespace, 'fresh');
    await said(watch, /^fresh .* deleted /m);
    watch.interrupt();
    const { exitCode, stdout } = await watch.ended;
    expect(exitCode).toBe(130);
    const [head = '', ...lines] = stdout.trimEnd().split('\n');
    const column = head.indexOf('READY');
    const states = lines.map((line) => `${line.slice(0, 5)} ${line.slice(column).split(' ')[0]}`);
    expect([...new Set(states)]).toEqual([
      'night true',
      'fresh false',
      'fresh true',
      'fresh deleting',
      'fresh deleted',
    ]);
  });

  test('--watch -o json has a line for each change', async () => {
    const watch = start(['-w', '-o', 'json']);
    createUnready('fresh');
    await said(watch, /"ready":false/);
    makeReady();
    await said(watch, /"ready":true/);
    sandbox.objects.delete(snapshots, namespace, 'fresh');
    await said(watch, /"event":"DELETED"/);
    watch.interrupt();
    const lines = (await watch.ended).stdout.trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toMatchObject({ event: 'ADDED', name: 'fresh', ready: false });
    expect(events.at(-2)).toMatchObject({ event: 'DELETED', name: 'fresh' });
    expect(events.at(-1)).toMatchObject({ reason: 'cancelled', exitCode: 130 });
  });

  test('--watch ends without a word when nobody reads any more', async () => {
    await snap(sandbox, 'night', tiered());
    const watch = start(['-w']);
    await said(watch, /^night /m);
    watch.stopReading();
    const end: { is?: Awaited<CommandProcess['ended']> } = {};
    void watch.ended.then((ended) => (end.is = ended));
    let turn = 0;
    // A change that is on its way while the pipe closes may still be taken.
    const ended = await vi.waitUntil(() => {
      setLabels(sandbox, 'night', { [label.type]: `turn-${turn++}` });
      return end.is;
    });
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
