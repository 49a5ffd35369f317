import { describe, expect, it, vi } from 'vitest';
import type { HookEvent } from '../../scripts/faults/hook.ts';
import { status } from '../../scripts/faults/fault.ts';
import type { HeldLease } from '../../src/locks/held-lease.ts';
import { openLeaseScene, type LeaseScene, type Run } from './lease-scene.ts';

/** A scene in which something is done at the next moment of a kind, once. */
async function sceneWith() {
  let isDue: (event: HookEvent) => boolean = () => false;
  let act = () => {};
  const scene = await openLeaseScene({
    hook: (event) => {
      if (!isDue(event)) return;
      isDue = () => false;
      act();
    },
  });
  const at = (phase: HookEvent['phase'], verb: string, what: () => void) => {
    isDue = (event) => event.phase === phase && event.request.verb === verb;
    act = what;
  };
  return { scene, at };
}

function takenByAnother(scene: LeaseScene): void {
  scene.change((lease) => void (lease.spec = { ...scene.lease()?.spec, holderIdentity: 'other' }));
}

/** A second at a time, until it holds. */
async function passTime({ clock }: Run['context'], holds: () => boolean): Promise<void> {
  await vi.waitUntil(
    () => {
      if (!holds()) clock.advance(1000);
      return holds();
    },
    { interval: 5, timeout: 10_000 },
  );
}

const holderOf = (scene: LeaseScene) => scene.lease()?.spec?.holderIdentity;

describe('a lease that another run takes while our request is on its way', () => {
  it('stays theirs when we release it', async () => {
    const { scene, at } = await sceneWith();
    await using _ = scene;
    const lease = await scene.run().acquire();
    at('received', 'patch', () => takenByAnother(scene));
    await lease.release();
    expect(holderOf(scene)).toBe('other');
  });

  it('stays theirs when we want to take it, and is waited for', async () => {
    const { scene, at } = await sceneWith();
    await using _ = scene;
    await (await scene.run().acquire()).release();
    at('received', 'patch', () => takenByAnother(scene));
    const run = scene.run();
    await expect(run.acquire({ timeoutMilliseconds: 0 })).rejects.toThrow("is held by 'other'");
    expect(holderOf(scene)).toBe('other');
  });

  it('stays theirs when we renew it with a note, which is not written', async () => {
    const { scene, at } = await sceneWith();
    await using _ = scene;
    const lease = await scene.run().acquire();
    at('received', 'patch', () => takenByAnother(scene));
    await expect(lease.setNote('deployment/app 3')).rejects.toThrow("is held by 'other'");
    expect(holderOf(scene)).toBe('other');
    expect(scene.lease()?.metadata.annotations ?? {}).toEqual({});
  });

  it('stays theirs when it was dead until then, and they have renewed it', async () => {
    const { scene, at } = await sceneWith();
    await using _ = scene;
    await scene.run().acquire();
    const run = scene.run();
    let next: HeldLease | undefined;
    const waiting = run.acquire();
    void waiting.then((lease) => (next = lease));
    await vi.waitUntil(() =>
      scene.faults.requests.some(({ verb, status }) => verb === 'watch' && status === 200),
    );
    let isRenewed = false;
    at('received', 'patch', () => {
      takenByAnother(scene);
      isRenewed = true;
    });
    await passTime(run.context, () => isRenewed);
    // A patch that is not bound to what was seen dead would have taken it.
    await vi.waitUntil(() => scene.faults.requests.filter(({ verb }) => verb === 'watch').length > 1);
    expect(holderOf(scene)).toBe('other');
    expect(next).toBeUndefined();
    scene.change((lease) => void (lease.spec = { ...scene.lease()?.spec, holderIdentity: '' }));
    await (await waiting).release();
  });
});

describe('a lease whose answer is late', () => {
  it.each(['create', 'patch'])(
    'is believed in from the %s that was sent, not from its answer',
    async (verb) => {
      const { scene, at } = await sceneWith();
      await using _ = scene;
      const run = scene.run();
      const { clock } = run.context;
      const start = clock.monotonic();
      const late = () => clock.advance(8000);
      if (verb === 'create') at('answered', verb, late);
      const lease = await run.acquire();
      let sent = start;
      if (verb === 'patch') {
        at('received', verb, () => {
          sent = clock.monotonic();
          late();
        });
        await lease.setNote('deployment/app 3');
      }
      scene.faults.inject({ resource: 'leases', times: Infinity }, status(503));
      await passTime(run.context, () => lease.lost.aborted);
      expect(clock.monotonic() - sent).toBeLessThan(34_000);
      scene.faults.clear();
      await lease.release();
    },
  );
});
