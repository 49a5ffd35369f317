import { describe, expect, test } from 'vitest';
import { cutWatch, gone, goneInWatch, halfBody, reset, silence, status, type Fault } from '../faults/fault.ts';
import type { HookEvent } from '../faults/hook.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { throughFaults, verbsOf } from './through-faults.ts';
import { WatchedGroup } from './watched-group.ts';

export function watchFaultsContract(server: () => ContractServer): void {
  describe('a watch of our client', () => {
    const place = new Place(server, 'watch-faults');

    test.each<[string, ...Fault[]]>([
      ['a cut'],
      ['a cut and two 500', status(500), status(500)],
      ['a cut, a 503 and a reset', status(503), reset('before')],
      ['a cut and an answer that is reset', reset('after')],
      ['a cut and connections that are cut before anything', cutWatch(0), cutWatch(0)],
    ])('goes on after %s, and tells once what happened meanwhile', async (_, ...faults) => {
      const group = new WatchedGroup(place);
      await group.add('a');
      await group.add('b');
      await using line = await throughFaults(
        server(),
        beforeWatches(
          () => group.add('c'),
          () => changeAll(group),
        ),
      );
      line.faults.inject({ verb: 'watch' }, cutWatch(1));
      for (const fault of faults) line.faults.inject({ verb: 'watch', nth: 2 }, fault);
      expect(await group.toldBy(line.kube)).toEqual([
        'ADDED a 1',
        'ADDED b 1',
        'ADDED c 1',
        'MODIFIED a 2',
        'DELETED b 1',
        'DELETED c 1',
        'ADDED c 2',
        'ADDED end 1',
      ]);
      expect(verbsOf(line)).toEqual(['list', ...Array(2 + faults.length).fill('watch')]);
    });

    test('goes on after a cut behind every single event', async () => {
      const group = new WatchedGroup(place);
      await group.add('a');
      await using line = await throughFaults(
        server(),
        beforeWatches(async () => {
          for (const value of ['2', '3', '4', '5']) await group.change('a', value);
          await group.add('end');
        }),
      );
      line.faults.inject({ verb: 'watch', times: Infinity }, cutWatch(1));
      const changes = ['2', '3', '4', '5'].map((value) => `MODIFIED a ${value}`);
      expect(await group.toldBy(line.kube)).toEqual(['ADDED a 1', ...changes, 'ADDED end 1']);
    });

    test.each<[string, Fault, ...Fault[]]>([
      ['in the watch', goneInWatch()],
      ['in its answer', gone()],
      ['in the watch, and half of the new list', goneInWatch(), halfBody()],
      ['in the watch, and the new list is reset', goneInWatch(), reset('after')],
      ['in the watch, and the new list refused', goneInWatch(), status(500), status(503)],
    ])('finds by a new list what it missed when its version is lost %s', async (_, fault, ...faults) => {
      const group = new WatchedGroup(place);
      await group.add('a');
      await group.add('b');
      await using line = await throughFaults(
        server(),
        beforeWatches(
          () => group.add('c'),
          () => changeAll(group),
        ),
      );
      line.faults.inject({ verb: 'watch' }, cutWatch(1));
      line.faults.inject({ verb: 'watch', nth: 2 }, fault);
      for (const fault of faults) line.faults.inject({ verb: 'list', nth: 2 }, fault);
      expect(await group.toldBy(line.kube)).toEqual([
        'ADDED a 1',
        'ADDED b 1',
        'ADDED c 1',
        'DELETED b 1',
        // Another one of the same name.
        'DELETED c 1',
        'MODIFIED a 2',
        'ADDED c 2',
        'ADDED end 1',
      ]);
      const lists = Array(1 + faults.length).fill('list');
      expect(verbsOf(line)).toEqual(['list', 'watch', 'watch', ...lists]);
    });

    test.each([
      ['reset', reset('before'), 1],
      ['reset before its answer', reset('after'), 1],
      ['refused', status(500), 1],
      ['only half there', halfBody(), 1],
      ['half there in its second page', halfBody(), 2],
      ['forgotten before its second page', gone(), 2],
    ])('tells once what is there when its first list is %s', async (_, fault, nth) => {
      const group = new WatchedGroup(place);
      for (const name of ['a', 'b', 'c', 'end']) await group.add(name);
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'list', nth }, fault);
      expect(await group.toldBy(line.kube, { limit: 2 })).toEqual(['a', 'b', 'c', 'end'].map(asAdded));
    });

    test('ends with the words of a refusal that no repetition cures', async () => {
      const group = new WatchedGroup(place);
      await group.add('a');
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'watch' }, status(403, { message: 'not any more' }));
      const error = { status: 403, reason: 'Forbidden', message: 'not any more' };
      await expect(group.toldBy(line.kube)).rejects.toMatchObject(error);
      expect(verbsOf(line)).toEqual(['list', 'watch']);
    });

    test.each([
      ['nothing answers', silence()],
      ['nothing happens', cutWatch(1)],
    ])('ends at once when it is aborted while %s', async (_, fault) => {
      const group = new WatchedGroup(place);
      await group.add('a');
      await using line = await throughFaults(server());
      const abort = new AbortController();
      line.faults.inject({ verb: 'watch' }, fault);
      const told = rejectionOf(group.toldBy(line.kube, abort));
      await expect.poll(() => verbsOf(line)).toEqual(['list', 'watch']);
      abort.abort(new Error('enough'));
      expect(await told).toBe(abort.signal.reason);
    });
  });
}

/** What a watch that does not look can miss: 'a' changed, 'b' deleted, 'c' another one, and an end. */
async function changeAll(group: WatchedGroup): Promise<void> {
  await group.change('a', '2');
  await group.remove('b');
  await group.remove('c');
  await group.add('c', '2');
  await group.add('end');
}

/** Does the nth of these while the nth watch is held: it has come in, and not reached the server. */
function beforeWatches(...actions: (() => Promise<unknown>)[]) {
  return async ({ phase, request }: HookEvent): Promise<void> => {
    if (phase === 'received' && request.verb === 'watch') await actions.shift()?.();
  };
}

function asAdded(name: string): string {
  return `ADDED ${name} 1`;
}
