import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { retain, type RetainResult } from '../../../src/retention/retain/retain.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { retainSettings } from '../../../src/retention/retain/settings.ts';
import { annotation } from '../../../src/snapshots/labels.ts';
import {
  claims,
  clusterRoleBindings,
  clusterRoles,
  namespaces,
  roleBindings,
  roles,
  snapshots,
} from '../../../scripts/sandbox/objects/kinds.ts';
import type { Definition } from '../../../scripts/sandbox/objects/definition.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { nightlySnapshots } from '../../support/nightly-snapshots.ts';
import { startFaults } from '../../../scripts/faults/faults.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { inSandbox, now, openFleet, retainAccount, tiersLeft } from '../support.ts';

describe('retain looks', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await openFleet([
      { namespace: 'shop', pvc: 'data', nights: 9 },
      { namespace: 'shop', pvc: 'media', nights: 9 },
      { namespace: 'blog', pvc: 'data', nights: 9 },
    ]);
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  function run(settings: Record<string, string> = {}): Promise<RetainResult> {
    const read = readSettings(retainSettings, sourcesOf(settings));
    return inSandbox(sandbox, undefined, (context) => retain(read.settings, context));
  }

  function change(kind: Definition, namespace: string | undefined, name: string, metadata: object): void {
    sandbox.objects.update(kind, namespace, name, (object) => ({
      ...object,
      metadata: { ...object.metadata, ...metadata },
    }));
  }

  function claim(namespace: string, name: string, policy: string): void {
    change(claims, namespace, name, { annotations: { [annotation.retainPolicy]: policy } });
  }

  /** How many snapshots of each volume have a day. */
  function days(): Record<string, number> {
    const left = Object.entries(tiersLeft(sandbox)).filter(([, tiers]) => tiers.includes('daily'));
    const volumes = Map.groupBy(left, ([name]) => name.slice(0, name.indexOf('-2026')));
    return Object.fromEntries([...volumes].map(([volume, own]) => [volume, own.length]));
  }

  /** Takes what the account may do in the cluster away, and gives it in one namespace. */
  function allowOnlyIn(namespace: string): void {
    const { rules } = sandbox.objects.get(clusterRoles, undefined, 'retain') as unknown as {
      rules: object[];
    };
    sandbox.objects.delete(clusterRoleBindings, undefined, 'retain');
    const metadata = { name: 'retain' };
    sandbox.objects.create(roles, namespace, { apiVersion: '', kind: '', metadata, rules });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'retain' };
    const subjects = [{ kind: 'ServiceAccount', ...retainAccount.serviceAccount }];
    sandbox.objects.create(roleBindings, namespace, {
      apiVersion: '',
      kind: '',
      metadata,
      roleRef,
      subjects,
    });
  }

  /** Namespace 'shop' is gone once it was listed. */
  async function runWithoutShop(settings: Record<string, string>): Promise<RetainResult> {
    const hook = async ({
      phase,
      request,
    }: {
      phase: string;
      request: { verb: string; resource: string };
    }) => {
      if (phase !== 'answered' || request.verb !== 'list' || request.resource !== 'namespaces') return;
      const { objects } = sandbox;
      if (objects.find(namespaces, undefined, 'shop')) objects.delete(namespaces, undefined, 'shop');
      await vi.waitUntil(() => !objects.find(namespaces, undefined, 'shop'));
    };
    await using faults = await startFaults(
      { server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} },
      { hook },
    );
    const read = readSettings(retainSettings, sourcesOf(settings));
    return await inSandbox(sandbox, faults.url, (context) => retain(read.settings, context));
  }

  test('for a policy of its own at each volume and each namespace', async () => {
    change(namespaces, undefined, 'shop', { annotations: { [annotation.retainPolicy]: 'daily=3' } });
    claim('shop', 'media', 'daily=5');
    await run();
    expect(days()).toEqual({ 'blog/data': 7, 'shop/data': 3, 'shop/media': 5 });
  });

  test('past a volume whose policy nobody understands, and says which', async () => {
    claim('shop', 'media', 'dayly=5');
    expect(await run()).toMatchObject({
      failed: [],
      skipped: [
        { namespace: 'shop', name: 'pvc/media', error: expect.stringContaining("is 'dayly=5'") as string },
      ],
    });
    expect(days()).toEqual({ 'blog/data': 7, 'shop/data': 7, 'shop/media': 9 });
  });

  test('for a namespace that is named and not there, and says so', async () => {
    await expect(run({ RETAIN_NAMESPACES: 'blog,shpo' })).rejects.toMatchObject({
      result: {
        volumes: 1,
        failed: [
          { namespace: 'shpo', error: expect.stringContaining("There is no namespace 'shpo'") as string },
        ],
      },
    });
  });

  test('into the namespaces that have some labels, and into no others', async () => {
    change(namespaces, undefined, 'blog', { labels: { backup: 'gold' } });
    const { snapshots, volumes } = await run({ RETAIN_NAMESPACE_SELECTOR: 'backup in (gold)' });
    expect({ snapshots, volumes }).toEqual({ snapshots: 9, volumes: 1 });
    expect(days()).toEqual({ 'blog/data': 7, 'shop/data': 9, 'shop/media': 9 });
  });

  describe('past a namespace that is gone by the time it is read', () => {
    test('which some labels have chosen', async () => {
      for (const name of ['blog', 'shop'])
        change(namespaces, undefined, name, { labels: { backup: 'gold' } });
      expect(await runWithoutShop({ RETAIN_NAMESPACE_SELECTOR: 'backup' })).toMatchObject({
        volumes: 1,
        failed: [],
      });
      expect(days()).toEqual({ 'blog/data': 7 });
    });

    test('of which all are read one by one, as one cannot be', async () => {
      const [bad] = nightlySnapshots('default', 'bad', 1, now);
      Object.assign(bad?.metadata ?? {}, { annotations: null });
      sandbox.load(snapshots, bad ? [bad] : []);
      const error = (await runWithoutShop({}).catch((reason: unknown) => reason)) as { result: RetainResult };
      expect(error.result.failed.map(({ namespace }) => namespace)).toEqual(['default']);
      expect(days()).toMatchObject({ 'blog/data': 7 });
    });

    test('but not past one that is named', async () => {
      sandbox.objects.delete(namespaces, undefined, 'shop');
      await vi.waitUntil(() => !sandbox.objects.find(namespaces, undefined, 'shop'));
      await expect(run({ RETAIN_NAMESPACES: 'blog,shop' })).rejects.toMatchObject({
        result: { failed: [{ namespace: 'shop' }] },
      });
    });
  });

  test('at nothing where it may not look into the cluster any more, and says so', async () => {
    allowOnlyIn('blog');
    const before = tiersLeft(sandbox);
    await expect(run()).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('bind the ClusterRole to the service account again') as string,
    });
    expect(tiersLeft(sandbox)).toEqual(before);
  });

  test('into the one namespace that it may look into when that is named', async () => {
    allowOnlyIn('blog');
    change(namespaces, undefined, 'blog', { annotations: { [annotation.retainPolicy]: 'daily=2' } });
    expect((await run({ RETAIN_NAMESPACES: 'blog' })).snapshots).toBe(9);
    expect(days()).toEqual({ 'blog/data': 2, 'shop/data': 9, 'shop/media': 9 });
  });

  test('at all namespaces, goes on where it may not change those of one, and says which', async () => {
    const mayRead = [
      { apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshots'], verbs: ['list'] },
      { apiGroups: [''], resources: ['namespaces', 'persistentvolumeclaims'], verbs: ['list'] },
    ];
    allowOnlyIn('blog');
    sandbox.objects.update(clusterRoles, undefined, 'retain', (role) => ({ ...role, rules: mayRead }));
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'retain' };
    const subjects = [{ kind: 'ServiceAccount', ...retainAccount.serviceAccount }];
    const metadata = { name: 'readers' };
    sandbox.objects.create(clusterRoleBindings, undefined, {
      apiVersion: '',
      kind: '',
      metadata,
      roleRef,
      subjects,
    });
    const error = (await run({ RETAIN_LAST_DAILY: '8' }).catch((reason: unknown) => reason)) as {
      reason: string;
      result: RetainResult;
    };
    expect(error.reason).toBe('partial');
    expect(error.result.failed.map(({ namespace }) => namespace)).toEqual(['shop', 'shop']);
    expect(error.result.failed[0]?.error).toContain('forbidden');
    expect(days()).toEqual({ 'blog/data': 8, 'shop/data': 9, 'shop/media': 9 });
  });

  test('at nothing where the policies of volumes may not be read, and says what it lacks', async () => {
    sandbox.objects.update(clusterRoles, undefined, 'retain', (role) => ({
      ...role,
      rules: [{ apiGroups: ['snapshot.storage.k8s.io'], resources: ['*'], verbs: ['*'] }],
    }));
    await expect(run()).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(/allow the service account to get and list namespaces/) as string,
    });
    expect(days()).toEqual({ 'blog/data': 9, 'shop/data': 9, 'shop/media': 9 });
  });
});
