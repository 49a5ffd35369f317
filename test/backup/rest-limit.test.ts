import { describe, expect, it, vi } from 'vitest';
import { rejectionOf } from '../kube/fixtures.ts';
import { goodDump, Shop, untilAborted } from './shop.ts';

const hook = {
  name: 'rest',
  exec: 'deployment/db',
  container: 'postgres',
  before: ['pause'],
  after: ['resume'],
  timeout: '24h',
};
const withHook = (environment: Record<string, string> = {}) => ({
  BAK_HOOKS: JSON.stringify([hook]),
  ...environment,
});

/** A shop, and which of its hooks have been run. */
function openShop(): { shop: Shop; done: string[] } {
  const shop = new Shop();
  const done: string[] = [];
  shop.hook = ({ command }) => {
    done.push(command[0] ?? '');
    return Promise.resolve({});
  };
  return { shop, done };
}

describe('an app that is at rest for too long', () => {
  it('is woken, and the dump is given up', async () => {
    const { shop, done } = openShop();
    shop.dump = untilAborted;
    const backup = rejectionOf(shop.backup(withHook()));
    await vi.waitUntil(() => done.includes('pause'), { interval: 1 });
    await shop.passTime(590_000);
    expect(done).toEqual(['pause']);
    await shop.passTime(20_000);
    const error = await backup;
    expect(error).toMatchObject({ reason: 'dump' });
    expect((error as Error).message).toMatch(
      /^The app of namespace 'shop' was at rest for 10m0s, as long as BAK_REST_TIMEOUT allows, before the dump was complete; the backup is given up, and the app is woken: /,
    );
    expect(done).toEqual(['pause', 'resume']);
    expect([shop.note, shop.snapshots]).toEqual([undefined, []]);
  });

  it('is woken also when the dump says something else as it is ended', async () => {
    const { shop, done } = openShop();
    shop.dump = async (options) => {
      await untilAborted(options).catch(() => {});
      return { exitCode: 143, stderr: 'the dump was stopped\n' };
    };
    const backup = rejectionOf(shop.backup(withHook({ BAK_REST_TIMEOUT: '1m' })));
    await vi.waitUntil(() => done.includes('pause'), { interval: 1 });
    await shop.passTime(70_000);
    expect(((await backup) as Error).message).toContain('was at rest for 1m0s');
    expect(done).toEqual(['pause', 'resume']);
  });

  it('is woken when it is a hook that takes so long', async () => {
    const { shop, done } = openShop();
    shop.hook = (options) => {
      done.push(options.command[0] ?? '');
      return options.command[0] === 'pause' ? untilAborted(options) : Promise.resolve({});
    };
    const backup = rejectionOf(shop.backup(withHook()));
    await vi.waitUntil(() => done.includes('pause'), { interval: 1 });
    await shop.passTime(610_000);
    const error = await backup;
    expect(error).toMatchObject({ reason: 'preflight' });
    expect((error as Error).message).toContain('before the hooks had ended');
    expect(done).toEqual(['pause', 'resume']);
  });

  it('may be so without a limit', async () => {
    const { shop, done } = openShop();
    const dumped = Promise.withResolvers<typeof goodDump>();
    shop.dump = () => dumped.promise;
    const backup = shop.backup(withHook({ BAK_REST_TIMEOUT: 'none' }));
    await vi.waitUntil(() => done.includes('pause'), { interval: 1 });
    await shop.passTime(3_600_000);
    dumped.resolve(goodDump);
    await expect(backup).resolves.toMatchObject({ dryRun: false });
    expect(done).toEqual(['pause', 'resume']);
  });

  it('is none that is awake, and only waits for its snapshots', async () => {
    const { shop, done } = openShop();
    shop.status = { creationTime: '2026-11-20T02:30:00Z', readyToUse: false };
    const backup = rejectionOf(shop.backup(withHook({ BAK_VS_WAIT_UNTIL_READY_TIMEOUT: '1h' })));
    await vi.waitUntil(() => done.includes('resume'), { interval: 1 });
    await shop.passTime(900_000);
    expect(shop.snapshots).toHaveLength(1);
    shop.context.stop.abort(new Error('stopped'));
    expect(((await backup) as Error).message).toBe('stopped');
  });
});
