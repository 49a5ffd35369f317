import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CancelledError } from '../../../src/core/errors.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { status } from '../../../scripts/faults/fault.ts';
import { namespace } from '../../retention/real-snapshots.ts';
import { claims, events } from '../../../scripts/sandbox/objects/kinds.ts';
import { minuteMs, Scene } from './scene.ts';
import { stallStorage } from './support.ts';

describe('restore that waits', () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  test('says every half a minute what the storage reports', async () => {
    const resume = stallStorage(scene.sandbox);
    scene.whileWaiting(() => {
      if (scene.sandbox.objects.all(events).length > 0) return;
      scene.reportFailure('a', '2026-11-21T12:00:08Z', 'no space left');
      scene.sandbox.clock.advance(minuteMs / 2);
    });
    const ended = scene.run();
    const isSaid = () => scene.lines.some(({ reason }) => reason === 'no space left');
    await vi.waitUntil(isSaid);
    resume();
    expect(await ended).toMatchObject({ bound: true });
  });

  test('tells a caller that is not a terminal which step is at work, until it is over', async () => {
    const resume = stallStorage(scene.sandbox);
    let isTold = false;
    scene.whileWaiting(() => {
      isTold = scene.caller.steps.some(({ isOver }) => !isOver);
      resume();
    });
    expect(await scene.run()).toMatchObject({ bound: true });
    expect(isTold).toBe(true);
    expect(scene.caller.steps).toMatchObject([
      { step: "Looking at VolumeSnapshot 'monday' in namespace 'shop' and what belongs to it", isOver: true },
      { step: "Waiting for PVC 'restored' in namespace 'shop'", isOver: true },
    ]);
    expect(scene.caller.asked).toEqual([]);
  });

  test('gives up after its time with what the storage said last, and leaves the claim', async () => {
    stallStorage(scene.sandbox);
    scene.whileWaiting(() => {
      if (scene.sandbox.objects.all(events).length > 0) return;
      scene.reportFailure('b', '2026-11-21T12:00:09Z', 'no space left');
      scene.reportFailure('a', '2026-11-21T12:00:08Z', 'not yet');
      scene.reportFailure('c', '2026-11-21T12:00:10Z', 'of another', 'another');
      scene.sandbox.clock.advance(15 * minuteMs);
    });
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message:
        "PVC 'restored' in namespace 'shop' was not bound after 900 s, the storage says: no space left; it stays and may still be bound, describe it with: kubectl -n shop describe pvc restored",
    });
    expect(scene.isThere()).toBe(true);
  });

  test('gives up as well when nobody may read what the storage said', async () => {
    stallStorage(scene.sandbox);
    scene.faults.inject({ resource: 'events', times: 1000 }, status(403));
    scene.whileWaiting(() => scene.sandbox.clock.advance(15 * minuteMs));
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringContaining('the storage reports no error') as string,
    });
  });

  test('ends when the claim is deleted', async () => {
    stallStorage(scene.sandbox);
    scene.whileWaiting(
      () => void (scene.isThere() && scene.sandbox.objects.delete(claims, namespace, 'restored')),
    );
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringContaining('was deleted while it was restored') as string,
    });
  });

  test('ends when the claim is being deleted, which a finalizer keeps', async () => {
    stallStorage(scene.sandbox);
    scene.whileWaiting(() => {
      const { objects } = scene.sandbox;
      if (scene.claim().metadata.deletionTimestamp !== undefined) return;
      const keep = ({ metadata }: KubeObject) => void (metadata.finalizers = ['example.com/keep']);
      objects.touch(claims, scene.claim(), keep);
      objects.delete(claims, namespace, 'restored');
    });
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringContaining('was deleted while it was restored') as string,
    });
  });

  test('ends when the volume is lost', async () => {
    stallStorage(scene.sandbox);
    scene.whileWaiting(() =>
      scene.sandbox.objects.touch(
        claims,
        scene.claim(),
        (one) => void (one.status = { phase: 'Lost' }),
        'status',
      ),
    );
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringContaining('has lost its volume') as string,
    });
  });

  test('is content with a claim that is bound in the last moment', async () => {
    const resume = stallStorage(scene.sandbox);
    let isOver = false;
    scene.whileWaiting(() => {
      isOver = true;
      scene.sandbox.clock.advance(15 * minuteMs);
    });
    scene.onRequest = async ({ verb, resource }) => {
      if (!isOver || verb !== 'get' || resource !== 'persistentvolumeclaims') return;
      resume();
      await vi.waitUntil(() => scene.phase() === 'Bound');
    };
    expect(await scene.run()).toMatchObject({ bound: true });
    expect(scene.verbs().at(-1)).toBe('get');
  });

  test('ends when it is stopped, and leaves the claim', async () => {
    stallStorage(scene.sandbox);
    const reason = new CancelledError('stopped');
    scene.whileWaiting(() => scene.stop.abort(reason));
    await expect(scene.run()).rejects.toBe(reason);
    expect(scene.isThere()).toBe(true);
  });

  test('says so when the claim may be made, but not be watched', async () => {
    stallStorage(scene.sandbox);
    const forbidden = status(403, { message: 'you may not watch' });
    scene.faults.inject({ verb: 'watch', times: 1000 }, forbidden);
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message: "Waiting for PVC 'restored' in namespace 'shop' failed: you may not watch",
    });
  });
});
