import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { retain } from '../../../src/retention/retain/retain.ts';
import { traceOf } from '../../../src/retention/retain/retained-by.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { retainSettings } from '../../../src/retention/retain/settings.ts';
import { annotation } from '../../../src/snapshots/labels.ts';
import { snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { inSandbox, openFleet } from '../support.ts';

const day = 24 * 60 * 60_000;
const traced = (text: string) => ({ metadata: { annotations: { [annotation.retainedBy]: text } } });

describe('two installs of retain', { timeout: 30_000 }, () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openFleet([{ namespace: 'shop', pvc: 'data', nights: 12 }]);
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  async function run(name: string, daily: number) {
    const given = { RETAIN_NAME: name, RETAIN_LAST_DAILY: String(daily) };
    const { settings } = readSettings(retainSettings, sourcesOf(given));
    return inSandbox(sandbox, undefined, async (context) => {
      const { others } = await retain(settings, context);
      const warnings = context.lines.filter(({ level }) => level === 40);
      return { others: others.map(({ by, policy }) => `${by} ${policy}`), warnings };
    });
  }
  const write = (text: string) => {
    for (const one of sandbox.objects.all(snapshots, 'shop')) {
      sandbox.objects.touch(snapshots, one, ({ metadata }) => Object.assign(metadata, traced(text).metadata));
    }
  };

  test('with different policies are noticed and named', async () => {
    expect(await run('ops/strict', 2)).toEqual({ others: [], warnings: [] });
    const { others, warnings } = await run('ops/fleet', 7);
    expect(others).toEqual(['ops/strict daily=2,weekly=4,monthly=12']);
    expect(warnings).toMatchObject([
      { by: 'ops/strict', own: 'ops/fleet', ownPolicy: 'daily=7,weekly=4,monthly=12', namespace: 'shop' },
    ]);
  });

  test('with the same policy, or of which one is long gone, are in nobody’s way', async () => {
    await run('ops/strict', 2);
    expect((await run('ops/fleet', 2)).others).toEqual([]);
    expect((await run('ops/strict', 3)).others).toEqual([]);
    sandbox.clock.advance(9 * day);
    expect((await run('ops/fleet', 7)).others).toEqual([]);
  });

  test.each([
    'x'.repeat(200_000),
    'ops/other daily=7',
    'ops/other daily=999999999 2026-11-21T12:00:00.000Z',
    'ops/other weekly 2026-11-21T12:00:00.000Z',
    '<b> daily=7 2026-11-21T12:00:00.000Z',
    'ops/other daily=7 2026-99-21T12:00:00.000Z',
  ])('are not made up by an annotation that none of them has written', async (text) => {
    expect(traceOf(traced(text))).toBeUndefined();
    write(text);
    expect(await run('ops/fleet', 7)).toEqual({ others: [], warnings: [] });
  });

  test('that a tenant makes up by the dozen cost ten warnings, and the run its success never', async () => {
    const all = sandbox.objects.all(snapshots, 'shop');
    for (const [index, one] of all.entries()) {
      const text = `made-up-${index} daily=1 2026-11-21T00:00:00.000Z`;
      sandbox.objects.touch(snapshots, one, ({ metadata }) => Object.assign(metadata, traced(text).metadata));
    }
    expect((await run('ops/fleet', 7)).others).toHaveLength(10);
  });
});
