import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { noteAnnotation } from '../../src/locks/lease.ts';
import type { HeldLease } from '../../src/locks/held-lease.ts';
import { silence, status } from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { leases } from '../../scripts/sandbox/objects/kinds.ts';
import { openLeaseScene, type LeaseScene, type Run } from './lease-scene.ts';

const specOf = (scene: LeaseScene) => ({ ...scene.lease()?.spec });
const holderOf = (scene: LeaseScene) => specOf(scene).holderIdentity;
const said = ({ context }: Run) => context.lines.map(({ msg }) => msg);
const waits = 'another backup of this namespace is at work, waiting for its end';

/** Lets time go by, a second at a time, until it holds. */
async function passTime({ context }: Run, holds: () => boolean): Promise<void> {
  await vi.waitUntil(
    () => {
      if (!holds()) context.clock.advance(1000);
      return holds();
    },
    { interval: 5, timeout: 10_000 },
  );
}

async function untilLost(run: Run, lease: HeldLease): Promise<UserError> {
  await passTime(run, () => lease.lost.aborted);
  return lease.lost.reason as UserError;
}

/** Two runs: the first holds the lease, the second waits for it. */
async function contended(scene: LeaseScene) {
  const [first, second] = [scene.run(), scene.run()];
  const lease = await first.acquire({ holder: 'shop/first' });
  const waiting = second.acquire({ holder: 'shop/second' });
  waiting.catch(() => {});
  const isWatched = () =>
    scene.faults.requests.some(({ verb, status }) => verb === 'watch' && status === 200);
  await vi.waitUntil(() => said(second).includes(waits) && isWatched());
  return { first, second, lease, waiting };
}

describe('the lease of a namespace', () => {
  it('is an object that names its holder, and nobody when it is released', async () => {
    await using scene = await openLeaseScene();
    const lease = await scene.run().acquire({ holder: 'shop/backup-1' });
    expect(specOf(scene)).toMatchObject({
      holderIdentity: expect.stringMatching(/^shop\/backup-1_[a-z0-9]{10}$/),
      leaseDurationSeconds: 40,
      leaseTransitions: 0,
    });
    expect(lease).toMatchObject({ note: undefined, waitedMilliseconds: expect.any(Number) });
    await lease.release();
    await lease.release();
    expect(specOf(scene)).not.toHaveProperty('holderIdentity');
    expect(lease.lost.aborted).toBe(false);
  });

  it('is released at the end of its scope, and taken again without waiting', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    {
      await using _first = await run.acquire();
    }
    await using _second = await run.acquire({ timeoutMilliseconds: 0 });
    expect(specOf(scene).leaseTransitions).toBe(1);
  });

  it('is renewed as long as it is held', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    const times = new Set<unknown>();
    await passTime(run, () => times.add(specOf(scene).renewTime).size > 4);
    expect(lease.lost.aborted).toBe(false);
    await lease.release();
  });

  it('goes to the one that waits as soon as it is released', async () => {
    await using scene = await openLeaseScene();
    const { lease, waiting, second } = await contended(scene);
    await lease.release();
    await using _second = await waiting;
    expect(holderOf(scene)).toMatch(/^shop\/second_/);
    expect(second.context.lines[0]).toMatchObject({ holder: expect.stringMatching(/^shop\/first_/) });
  });

  it('goes to the one that waits when it is deleted, and the run that had it is told', async () => {
    await using scene = await openLeaseScene();
    const { first, lease, waiting } = await contended(scene);
    scene.sandbox.objects.delete(leases, 'shop', 'backup-ns');
    await using _second = await waiting;
    expect((await untilLost(first, lease)).message).toContain("is held by 'shop/second_");
  });

  it('is had by each of eight that wait, and never by two', async () => {
    await using scene = await openLeaseScene();
    const first = await scene.run().acquire();
    let [holding, served] = [0, 0];
    const all = Array.from({ length: 8 }, async () => {
      await using _lease = await scene.run().acquire();
      expect(++holding).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      holding--;
      served++;
    });
    const watches = () =>
      scene.faults.requests.filter(({ verb, status }) => verb === 'watch' && status === 200);
    await vi.waitUntil(() => watches().length >= 8, { timeout: 10_000 });
    await first.release();
    await Promise.all(all);
    expect(served).toBe(8);
  }, 30_000);
});

describe('a run that waits for the lease', () => {
  it('says each minute who holds it, and at the timeout what to do', async () => {
    await using scene = await openLeaseScene();
    const holder = scene.run();
    await using _lease = await holder.acquire({ holder: 'shop/first' });
    const run = scene.run();
    const waiting = rejectionOf(run.acquire({ timeoutMilliseconds: 90_000 }));
    let isOver = false;
    void waiting.then(() => (isOver = true));
    await vi.waitUntil(() => said(run).includes(waits));
    await passTime(run, () => {
      holder.context.clock.advance(1000);
      return isOver;
    });
    expect(await waiting).toMatchObject({
      reason: 'lock',
      message: expect.stringMatching(
        /^Another backup of namespace 'shop' is at work and did not end within 90 seconds \(Lease 'backup-ns' is held by 'shop\/first_\w+', since .*, last renewed .*\); look whether it hangs/,
      ),
    });
    expect(said(run)).toEqual([waits, 'still waiting for the other backup of this namespace']);
    const { acquireTime } = specOf(scene);
    expect(String(await waiting)).not.toContain(`last renewed ${acquireTime}`);
  });

  it('does not wait with a timeout of zero', async () => {
    await using scene = await openLeaseScene();
    await using _lease = await scene.run().acquire();
    const run = scene.run();
    await expect(run.acquire({ timeoutMilliseconds: 0 })).rejects.toMatchObject({
      reason: 'lock',
      message: expect.stringMatching(/^Another backup of namespace 'shop' is at work \(Lease/),
    });
    expect(run.context.lines).toEqual([]);
  });

  it('takes a holder that does not say how long it may be silent for one of ours', async () => {
    await using scene = await openLeaseScene();
    await using _lease = await scene.run().acquire();
    scene.change((object) => {
      const { leaseDurationSeconds, ...spec } = specOf(scene);
      object.spec = spec;
      expect(leaseDurationSeconds).toBe(40);
    });
    await expect(scene.run().acquire({ timeoutMilliseconds: 0 })).rejects.toThrow(
      'its lease is free 40 seconds after',
    );
  });

  it('ends when it is aborted', async () => {
    await using scene = await openLeaseScene();
    const { lease, waiting, second } = await contended(scene);
    second.stop.abort(new Error('SIGTERM'));
    await expect(waiting).rejects.toThrow('SIGTERM');
    await lease.release();
    expect(holderOf(scene)).toBeUndefined();
  });

  it('does not take it from one that still renews it, however slowly time goes there', async () => {
    await using scene = await openLeaseScene();
    const { first, second, waiting } = await contended(scene);
    for (let round = 0; round < 5; round++) {
      const { renewTime } = specOf(scene);
      await passTime(first, () => specOf(scene).renewTime !== renewTime);
      second.context.clock.advance(39_000);
      const third = scene.run().acquire({ timeoutMilliseconds: 0 });
      await expect(third).rejects.toThrow("is held by 'shop/first_");
    }
    second.stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('takes it over from one that was killed, once it was silent for its duration', async () => {
    await using scene = await openLeaseScene();
    const script = fileURLToPath(new URL('lease-job.ts', import.meta.url));
    const job = spawn(process.execPath, [script, scene.kubeconfig, 'hang'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void job.kill('SIGKILL'));
    await once(job.stdout, 'data');
    job.kill('SIGKILL');
    await once(job, 'exit');

    const run = scene.run();
    const start = run.context.clock.monotonic();
    let lease: HeldLease | undefined;
    void run.acquire().then((taken) => (lease = taken));
    await vi.waitUntil(() => said(run).includes(waits));
    await passTime(run, () => lease !== undefined);
    expect(run.context.clock.monotonic() - start).toBeGreaterThanOrEqual(40_000);
    expect(lease?.note).toBe('deployment/app 3');
    await lease?.release();
  });
});

describe('the note', () => {
  it('stays on the lease of a run that releases it without taking the note away', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const first = await run.acquire();
    await first.setNote('deployment/app 3');
    expect(scene.lease()?.metadata.annotations).toEqual({ [noteAnnotation]: 'deployment/app 3' });
    await first.release();
    const second = await run.acquire();
    expect(second.note).toBe('deployment/app 3');
    await second.setNote(undefined);
    expect(second.note).toBeUndefined();
    await second.release();
    expect(scene.lease()?.metadata.annotations ?? {}).toEqual({});
  });

  it('is written although somebody else has changed the lease', async () => {
    await using scene = await openLeaseScene();
    await using lease = await scene.run().acquire();
    scene.change(({ metadata }) => void (metadata.labels = { team: 'shop' }));
    await lease.setNote('deployment/app 3');
    expect(scene.lease()?.metadata).toMatchObject({
      labels: { team: 'shop' },
      annotations: { [noteAnnotation]: 'deployment/app 3' },
    });
  });

  it('is not written on a lease that is no longer ours', async () => {
    await using scene = await openLeaseScene();
    const lease = await scene.run().acquire();
    scene.change((object) => void (object.spec = { ...specOf(scene), holderIdentity: 'other' }));
    await expect(lease.setNote('deployment/app 3')).rejects.toMatchObject({ reason: 'lock' });
    await expect(lease.setNote('deployment/app 3')).rejects.toMatchObject({ reason: 'lock' });
    expect(lease.lost.aborted).toBe(true);
    await lease.release();
    await expect(lease.setNote(undefined)).rejects.toMatchObject({ reason: 'lock' });
    expect(scene.lease()?.metadata.annotations ?? {}).toEqual({});
    expect(holderOf(scene)).toBe('other');
  });
});

describe('a lease is lost', () => {
  it('when somebody else has it, and stays theirs', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    scene.change((object) => void (object.spec = { ...specOf(scene), holderIdentity: 'other' }));
    expect(await untilLost(run, lease)).toMatchObject({
      reason: 'lock',
      message:
        "The Lease 'backup-ns' in namespace 'shop' is held by 'other' while this backup was at work; see in the log why it was not renewed, and run the backup again",
    });
    await lease.release();
    expect(holderOf(scene)).toBe('other');
  });

  it('when it is deleted, and is not made again', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    scene.sandbox.objects.delete(leases, 'shop', 'backup-ns');
    expect((await untilLost(run, lease)).message).toContain('was deleted');
    await lease.release();
    expect(scene.lease()).toBeUndefined();
  });

  it.each([
    ['refused', status(503)],
    ['not answered', silence()],
  ])('when its renewals are %s for too long, before anybody else may take it', async (_, fault) => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const start = run.context.clock.monotonic();
    const lease = await run.acquire();
    scene.faults.inject({ resource: 'leases', times: Infinity }, fault);
    expect((await untilLost(run, lease)).message).toContain('could not be renewed for 30 seconds');
    expect(run.context.clock.monotonic() - start).toBeLessThan(38_000);
    scene.faults.clear();
    await lease.release();
    expect(holderOf(scene)).toBeUndefined();
  });

  it('only then: an API server that is away for a while is waited for', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    await using lease = await run.acquire();
    const { renewTime } = specOf(scene);
    scene.faults.inject({ resource: 'leases', times: 3 }, status(503));
    await passTime(run, () => specOf(scene).renewTime !== renewTime);
    expect(lease.lost.aborted).toBe(false);
  });
});

describe('a run that ends', () => {
  it('releases the lease also when it was aborted', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    run.stop.abort(new Error('SIGTERM'));
    await lease.setNote(undefined);
    await lease.release();
    expect(holderOf(scene)).toBeUndefined();
  });

  it('only warns when the API server does not let it release the lease', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    scene.faults.inject({ resource: 'leases', times: Infinity }, status(403));
    let isOver = false;
    void lease.release().then(() => (isOver = true));
    await passTime(run, () => isOver);
    expect(run.context.lines.at(-1)).toMatchObject({
      msg: 'the lease of the namespace could not be released, it ends by itself',
    });
  });

  it('says for how long the lease that it could not release keeps others out', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    scene.change((object) => void (object.spec = { ...specOf(scene), leaseDurationSeconds: 55 }));
    scene.faults.inject({ resource: 'leases', verb: 'patch', times: Infinity }, status(403));
    let isOver = false;
    void lease.release().then(() => (isOver = true));
    await passTime(run, () => isOver);
    expect(run.context.lines.at(-1)).toMatchObject({ namespace: 'shop', lease: 'backup-ns', seconds: 55 });
  });

  it('releases the lease once an API server that has just begun knows its Roles', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    scene.faults.inject({ resource: 'leases', times: 2 }, status(403));
    let isOver = false;
    void lease.release().then(() => (isOver = true));
    await passTime(run, () => isOver);
    const next = scene.run();
    await using taken = await next.acquire();
    expect(taken.waitedMilliseconds).toBeLessThan(1000);
  });

  it('gives up to release the lease after 20 seconds', async () => {
    await using scene = await openLeaseScene();
    const run = scene.run();
    const lease = await run.acquire();
    scene.faults.inject({ resource: 'leases', times: Infinity }, silence());
    const start = run.context.clock.monotonic();
    let isOver = false;
    void lease.release().then(() => (isOver = true));
    await passTime(run, () => isOver);
    expect(run.context.clock.monotonic() - start).toBeLessThan(25_000);
  });

  it('is not kept alive by a lease that nobody releases', async () => {
    await using scene = await openLeaseScene();
    const script = fileURLToPath(new URL('lease-job.ts', import.meta.url));
    const job = spawn(process.execPath, [script, scene.kubeconfig], { stdio: 'ignore' });
    onTestFinished(() => void job.kill('SIGKILL'));
    expect(await once(job, 'exit')).toEqual([0, null]);
  }, 15_000);
});
