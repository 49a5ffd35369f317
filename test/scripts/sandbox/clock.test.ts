import { describe, expect, test } from 'vitest';
import { SandboxClock } from '../../../scripts/sandbox/clock.ts';

const hour = 60 * 60_000;
const { signal } = new AbortController();

describe('the clock of a sandbox', () => {
  test('starts where it is told to, and goes on from there', () => {
    const clock = new SandboxClock(new Date('2026-01-31T23:59:59Z'));
    const first = clock.now().getTime();
    expect(first).toBeGreaterThanOrEqual(Date.parse('2026-01-31T23:59:59Z'));
    expect(first).toBeLessThan(Date.parse('2026-02-01T00:00:10Z'));
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(first);
  });

  test('wakes the sleepers that a jump passes, and no others', async () => {
    const clock = new SandboxClock();
    const woken: string[] = [];
    const stop = new AbortController();
    const asleep = clock.sleep(3 * hour, stop.signal).then(() => woken.push('three hours'));
    const first = clock.sleep(hour, signal).then(() => woken.push('one hour'));
    clock.advance(2 * hour);
    await first;
    expect(woken).toEqual(['one hour']);
    clock.advance(2 * hour);
    await asleep;
    expect(woken).toEqual(['one hour', 'three hours']);
  });

  test('wakes by itself when real time has passed', async () => {
    const clock = new SandboxClock(new Date('2020-01-01T00:00:00Z'));
    await clock.sleep(5, signal);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2020-01-01T00:00:00.005Z'));
  });

  test('lets nobody sleep who is aborted', async () => {
    const clock = new SandboxClock();
    const stop = new AbortController();
    const asleep = clock.sleep(hour, stop.signal);
    stop.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    await expect(clock.sleep(1, stop.signal)).rejects.toThrow('enough');
  });

  test('says how far it is from real time', () => {
    const clock = new SandboxClock();
    clock.advance(hour);
    expect(clock.offset).toBe(hour);
    expect(clock.monotonic() - performance.now()).toBeGreaterThan(hour - 1000);
  });
});
