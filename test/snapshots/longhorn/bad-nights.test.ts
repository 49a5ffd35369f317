import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { retain } from '../../../src/retention/retain/retain.ts';
import { retainSettings } from '../../../src/retention/retain/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { isReady, label } from '../../../src/snapshots/labels.ts';
import { storedIn, waitsForNext } from '../../../src/snapshots/longhorn/longhorn-snapshot.ts';
import type { SnapshotContext } from '../../../src/snapshots/provider.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { status } from '../../../scripts/faults/fault.ts';
import { longhornNamespace, snapshots, volumes } from '../../../scripts/sandbox/longhorn/kinds.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { isExhaustive } from '../../support/exhaustive.ts';
import { LonghornScene } from './scene.ts';

const day = 24 * 60 * 60_000;
const nights = isExhaustive ? 400 : 8;
const kept = 3;
/** Until its date has come, one that no tier keeps stays, marked. */
const waiting = 5;

/** The same numbers every time: from 0 up to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

function every(milliseconds: number, act: () => void): Disposable {
  const timer = setInterval(act, milliseconds);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Runs it by way of a server that from some request on answers nothing but 403: nothing more is done, nor undone. */
async function cutShort(
  scene: LonghornScene,
  after: number,
  run: (context: SnapshotContext) => Promise<unknown>,
): Promise<void> {
  const { sandbox } = scene;
  const headers = { authorization: `Bearer ${sandbox.token()}` };
  let count = 0;
  let proxy: Faults | undefined;
  const hook = ({ phase }: { readonly phase: string }): void => {
    if (phase === 'received' && ++count === after) proxy?.inject({ times: 1_000_000 }, status(403));
  };
  proxy = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers }, { hook });
  await run(scene.contextThrough(proxy.url)).catch(() => {});
  await proxy[Symbol.asyncDispose]();
}

test(
  'nights on Longhorn with engines that restart and runs that are cut short keep the newest backup, and no more than the policy',
  { timeout: nights * 1500 + 30_000 },
  async () => {
    await using scene = await LonghornScene.open('data');
    const { sandbox, longhorn } = scene;
    const { objects, clock } = sandbox;
    const [volume = ''] = objects.all(volumes, longhornNamespace).map(({ metadata }) => metadata.name);
    const random = numbers(20_261_201);
    const policy = { RETAIN_LAST_DAILY: String(kept), RETAIN_LAST_WEEKLY: '0', RETAIN_LAST_MONTHLY: '0' };
    const keep = (context: SnapshotContext) =>
      retain(readSettings(retainSettings, sourcesOf(policy)).settings, context);
    const sweep = (context: SnapshotContext) =>
      markAndDelete(
        readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
        context,
      );
    const backUp = (context: SnapshotContext) => scene.backUp({ BAK_LABEL_VS_TIERS: 'daily' }, context);
    const there = () => objects.all(snapshots, longhornNamespace).filter((object) => !waitsForNext(object));
    const ready = () =>
      there()
        .flatMap((object) => storedIn(object) ?? [])
        .filter((snapshot) => isReady(snapshot));
    const newest = () =>
      ready()
        .map(({ cutAt = '' }) => cutAt)
        .toSorted()
        .at(-1) ?? '';

    // A lease that nobody renews, and what is tried again for a while, are waited for.
    using _hurry = every(5, () => clock.advance(1000));
    let best = '';
    let cut = 0;
    const errors: unknown[] = [];
    for (let night = 0; night < nights; night++) {
      const isAway = random() < 0.15;
      if (isAway) longhorn.restartEngine(volume);
      const back = isAway ? delay(30).then(() => longhorn.engineIsBack(volume)) : undefined;
      for (const run of [backUp, keep, sweep]) {
        if (random() < 0.25) {
          cut++;
          await cutShort(scene, 1 + Math.floor(random() * 40), run);
        } else await run(scene.context).catch((error: unknown) => void errors.push(error));
        expect(newest() >= best, `night ${night}: the newest backup is lost`).toBe(true);
      }
      await back;
      clock.advance(1000);
      const going = () =>
        objects
          .all(snapshots, longhornNamespace)
          .filter(
            ({ metadata, status: said }) =>
              metadata.deletionTimestamp !== undefined &&
              (said as { markRemoved?: boolean } | undefined)?.markRemoved !== true,
          );
      await vi.waitFor(() => expect(going()).toEqual([]));
      best = newest();
      const tiered = there().filter(({ metadata }) => metadata.labels?.[label.daily] !== undefined);
      expect(tiered.length, `night ${night}`).toBeLessThanOrEqual(kept + 2);
      expect(there().length, `night ${night}`).toBeLessThanOrEqual(kept + 1 + waiting);
      const inEngine = longhorn
        .engineOf(volume)
        .all()
        .map(({ name }) => name)
        .toSorted();
      const resources = new Set(
        objects.all(snapshots, longhornNamespace).map(({ metadata }) => metadata.name),
      );
      expect(
        inEngine.filter((name) => !resources.has(name)),
        `night ${night}`,
      ).toEqual([]);
      clock.advance(day - 1000);
    }
    for (const error of errors) expect(error).toHaveProperty('reason');
    expect(cut).toBeGreaterThan(nights / 4);
    expect(ready().length).toBeGreaterThan(1);
  },
);
