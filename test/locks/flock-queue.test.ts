import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { systemRandom } from '../../src/core/system.ts';
import { FlockQueue } from '../../src/locks/flock-queue.ts';
import { lockDirectory, openers, waiting } from './support.ts';

const never = new AbortController().signal;

function scene() {
  const directory = lockDirectory();
  const tickets = () => waiting(directory).map((name) => join(directory, '.waiting', name));
  return { directory, queue: new FlockQueue(directory, systemRandom), tickets };
}

describe('the line of those that wait for a slot of flock', () => {
  it('gives another ticket to whom one is taken away before it is locked', async () => {
    const { queue, tickets } = scene();
    const turn = queue.inTurn(() => Promise.resolve(tickets()), never);
    const [first = ''] = tickets();
    rmSync(first);
    const [second] = await turn;
    expect(second).not.toBe(first);
    expect(second).toBeDefined();
    expect([queue.isEmpty(), openers(second ?? '')]).toEqual([true, []]);
  });

  it('goes on for whom the ticket is taken away while it is at work', async () => {
    const { queue, tickets } = scene();
    const work = () => {
      for (const ticket of tickets()) rmSync(ticket);
      return Promise.resolve('done');
    };
    expect(await queue.inTurn(work, never)).toBe('done');
  });

  it('is left when the work fails', async () => {
    const { queue } = scene();
    await expect(queue.inTurn(() => Promise.reject(new Error('no')), never)).rejects.toThrow('no');
    expect(queue.isEmpty()).toBe(true);
  });

  it('is left when the wait is stopped, by whoever stands in it', async () => {
    const { queue, tickets } = scene();
    const end = Promise.withResolvers<void>();
    const first = queue.inTurn(() => end.promise, never);
    await vi.waitUntil(() => tickets().length === 1);
    const stop = new AbortController();
    const second = queue.inTurn(() => Promise.resolve(), stop.signal);
    second.catch(() => {});
    await vi.waitUntil(() => tickets().length === 2 && openers(tickets()[0] ?? '').length === 2);
    const [, own = ''] = tickets();
    stop.abort(new Error('SIGTERM'));
    await expect(second).rejects.toThrow('SIGTERM');
    expect(tickets()).toHaveLength(1);
    expect(openers(own)).toEqual([]);
    end.resolve();
    await first;
  });

  it('is passed by those whose job was killed, and their tickets are taken away', async () => {
    const { directory, queue, tickets } = scene();
    await queue.inTurn(() => Promise.resolve(), never);
    const dead = ['000000000001-aaaaaaaaaaaa', '000000000002-bbbbbbbbbbbb'];
    for (const name of dead) writeFileSync(join(directory, '.waiting', name), '');
    const names = await queue.inTurn(() => Promise.resolve(tickets()), never);
    expect(names.map((name) => name.replace(/-[a-z0-9]{12}$/, ''))).toEqual([
      join(directory, '.waiting', '000000000003'),
    ]);
  });

  it('is none where no ticket can be made', async () => {
    const { directory, queue } = scene();
    writeFileSync(join(directory, '.waiting'), '');
    expect(await queue.inTurn(() => Promise.resolve('done'), never)).toBe('done');
    expect(queue.isEmpty()).toBe(true);
  });
});
