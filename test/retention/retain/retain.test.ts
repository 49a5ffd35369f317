import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { retain, type RetainResult } from '../../../src/retention/retain/retain.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { retainSettings } from '../../../src/retention/retain/settings.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import type { Match } from '../../../scripts/faults/match.ts';
import { snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { inSandbox, openFleet, tiersLeft } from '../support.ts';
import { sampled } from '../../support/exhaustive.ts';

const policy = { RETAIN_LAST_DAILY: '2', RETAIN_LAST_WEEKLY: '1', RETAIN_LAST_MONTHLY: '1' };
const lists = ['get ', 'list volumesnapshots', 'list namespaces', 'list persistentvolumeclaims'];
const patches: Match = { verb: 'patch', resource: 'volumesnapshots' };

describe('retain', () => {
  let sandbox: Sandbox;
  let faults: Faults;

  beforeEach(async () => {
    sandbox = await openFleet([
      { namespace: 'shop', pvc: 'data', nights: 5 },
      { namespace: 'shop', pvc: 'media', nights: 1 },
      { namespace: 'blog', pvc: 'data', nights: 4 },
    ]);
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  function run(settings: Record<string, string> = {}): Promise<RetainResult> {
    const read = readSettings(retainSettings, sourcesOf({ ...policy, ...settings }));
    return inSandbox(sandbox, faults.url, (context) => retain(read.settings, context));
  }

  test('says which holds nobody understands, and which tier that is to be kept no snapshot has', async () => {
    const [first] = sandbox.objects.all(snapshots, 'blog');
    sandbox.objects.touch(snapshots, first!, ({ metadata }) => {
      metadata.labels = { ...metadata.labels, [label.hold]: 'yes' };
    });
    const read = readSettings(retainSettings, sourcesOf({ ...policy, RETAIN_LAST_HOURLY: '3' }));
    const warnings = await inSandbox(sandbox, faults.url, async (context) => {
      await retain(read.settings, context);
      return context.lines.filter(({ level }) => level === 40);
    });
    const odd = { namespace: 'blog', snapshot: first?.metadata.name, count: 1 };
    expect(warnings).toMatchObject([{ tier: 'hourly' }, odd]);
    expect(warnings).toHaveLength(2);
  });

  const verbs = () => faults.requests.map(({ verb, resource }) => `${verb} ${resource}`);
  const of = (volume: string, tiers: Record<string, string>) =>
    Object.entries(tiers)
      .filter(([name]) => name.startsWith(volume))
      .map(([, left]) => left);

  test('keeps the newest of each tier of each volume, and nothing else', async () => {
    const { snapshots: count, volumes, changed, failed } = await run();
    expect({ count, volumes, changed: changed.length, failed }).toEqual({
      count: 10,
      volumes: 3,
      changed: 5,
      failed: [],
    });
    const left = tiersLeft(sandbox);
    // The 17th began the month; the week began on the 16th. Of five nights the last two, and the first for its week and month.
    expect(of('shop/data', left)).toEqual(['weekly monthly', 'daily', 'daily']);
    expect(of('shop/media', left)).toEqual(['daily weekly monthly']);
    expect(of('blog/data', left)).toEqual(['weekly monthly', 'daily', 'daily']);
  });

  test('asks for the pages and sends one patch for each snapshot that changes, and nothing more', async () => {
    await run();
    expect(verbs()).toEqual([...lists, ...Array.from({ length: 5 }, () => 'patch volumesnapshots')]);
    const again = await run();
    expect(again.changed).toEqual([]);
    expect(verbs().slice(9)).toEqual(lists);
  });

  test('changes nothing in a dry run, and says what it would', async () => {
    const before = tiersLeft(sandbox);
    const { dryRun, changed } = await run({ RETAIN_DRY_RUN: 'true' });
    expect(dryRun).toBe(true);
    expect(changed).toHaveLength(5);
    expect(changed[0]).toMatchObject({
      namespace: 'blog',
      pvc: 'data',
      tiers: [{ tier: 'daily', bucket: '2026-11-19', keep: false, reason: 'not of the newest 2 days' }],
    });
    expect(tiersLeft(sandbox)).toEqual(before);
    expect(verbs()).toEqual(lists);
  });

  test('carries out the plan that it was told, and no other', async () => {
    const { plan } = await run({ RETAIN_DRY_RUN: 'true' });
    const before = tiersLeft(sandbox);
    const attempt = run({ RETAIN_EXPECT_PLAN: plan, RETAIN_LAST_DAILY: '3' });
    await expect(attempt).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`not ${plan} but`),
      result: {
        dryRun: true,
        changed: [{ namespace: 'blog' }, { namespace: 'shop' }, { namespace: 'shop' }],
      },
    });
    expect(tiersLeft(sandbox)).toEqual(before);
    expect((await run({ RETAIN_EXPECT_PLAN: plan })).changed).toHaveLength(5);
  });

  test('looks at the namespaces that it is told, and no others', async () => {
    const before = tiersLeft(sandbox);
    const { snapshots: count } = await run({ RETAIN_NAMESPACES: 'blog' });
    expect(count).toBe(4);
    expect(of('shop', tiersLeft(sandbox))).toEqual(of('shop', before));
  });

  test('goes on in the other namespaces when one may not be read, and says which', async () => {
    const before = tiersLeft(sandbox);
    faults.inject({ verb: 'list', namespace: 'shop' }, status(403));
    await expect(run({ RETAIN_NAMESPACES: 'shop,blog' })).rejects.toMatchObject({
      reason: 'partial',
      result: {
        changed: [{ namespace: 'blog' }, { namespace: 'blog' }],
        failed: [{ namespace: 'shop', name: '*' }],
      },
    });
    expect(of('shop', tiersLeft(sandbox))).toEqual(of('shop', before));
  });

  test('leaves a snapshot alone that is changed again and again, and does the others', async () => {
    const [, second] = sandbox.objects.all(snapshots, 'blog');
    const { name = '' } = second?.metadata ?? {};
    faults.inject({ ...patches, name, times: 1000 }, status(409));
    const { failed, skipped } = await run();
    expect(failed).toEqual([]);
    expect(skipped).toEqual([{ namespace: 'blog', name, error: 'an injected fault says 409' }]);
    expect(Object.keys(tiersLeft(sandbox))).toHaveLength(8);
    faults.clear();
    await run();
    expect(Object.keys(tiersLeft(sandbox))).toHaveLength(7);
  });

  test.each(
    sampled<[string, Fault]>(
      [
        ['a refusal', status(403)],
        ['an error of the server that goes on', status(500)],
      ],
      2,
    ),
  )('goes on after %s, says so, and is right the next time', async (_, fault) => {
    faults.inject({ ...patches, times: 1000 }, fault);
    await expect(run()).rejects.toMatchObject({ reason: 'partial' });
    faults.clear();
    await run();
    expect(Object.keys(tiersLeft(sandbox))).toHaveLength(7);
  });

  test.each(
    sampled<[string, Fault]>(
      [
        ['an answer that is lost', reset('after')],
        ['a connection that is reset', reset('before')],
        ['a server that is busy', status(429, { retryAfterSeconds: 1 })],
      ],
      2,
    ),
  )('gets over %s', async (_, fault) => {
    faults.inject({ ...patches, nth: 2 }, fault);
    expect((await run()).failed).toEqual([]);
    expect(Object.keys(tiersLeft(sandbox))).toHaveLength(7);
  });

  test('takes a snapshot that has gone meanwhile for done', async () => {
    const [, second] = sandbox.objects.all(snapshots, 'blog');
    const { name = '' } = second?.metadata ?? {};
    faults.inject({ ...patches, name }, status(404, { name }));
    expect((await run()).failed).toEqual([]);
  });

  test('names a snapshot of which nobody says whether it is there', async () => {
    faults.inject({ ...patches, times: 1000 }, status(404));
    await expect(run()).rejects.toMatchObject({
      reason: 'partial',
      result: { failed: expect.arrayContaining([expect.objectContaining({ namespace: 'blog' })]) },
    });
  });

  test('changes nothing when the list cannot be read to its end', async () => {
    const before = tiersLeft(sandbox);
    faults.inject({ verb: 'list', times: 1000 }, status(500));
    await expect(run()).rejects.toMatchObject({ status: 500 });
    expect(tiersLeft(sandbox)).toEqual(before);
    expect(verbs()).not.toContain('patch volumesnapshots');
  });

  test('never touches a snapshot that is not managed in tiers, or is held', async () => {
    const { objects } = sandbox;
    const [oldest, second] = objects.all(snapshots, 'shop');
    const change = (name: string, labels: Record<string, string>) =>
      objects.update(snapshots, 'shop', name, (one) => ({
        ...one,
        metadata: { ...one.metadata, labels: { ...one.metadata.labels, ...labels } },
      }));
    change(oldest?.metadata.name ?? '', { [label.retain]: 'days' });
    change(second?.metadata.name ?? '', { [label.hold]: 'true' });
    await run({ RETAIN_LAST_WEEKLY: '0', RETAIN_LAST_MONTHLY: '0', RETAIN_LAST_DAILY: '1' });
    expect(of('shop/data', tiersLeft(sandbox))).toEqual(['daily weekly monthly', 'daily', 'daily']);
  });
});
