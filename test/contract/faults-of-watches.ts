import { describe, expect, test } from 'vitest';
import {
  cutWatch,
  gone,
  goneInWatch,
  halfBody,
  reset,
  silence,
  status,
  type Fault,
} from '../../scripts/faults/fault.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';
import { throughFaults, verbsOf, type FaultyLine } from './through-faults.ts';
import { beforeWatches, WatchedGroup } from './watched-group.ts';

export function watchFaultsContract(server: () => ContractServer): void {
  describe('a watch of our client', () => {
    const place = new Place(server, 'watch-faults');

    /** The first watch sees 'c' and is cut; while the next one is held, all the changes are made. */
    const cutAmidChanges = async (group: WatchedGroup): Promise<FaultyLine> => {
      const hook = beforeWatches(
        () => group.add('c'),
        () => group.changeAll(),
      );
      const line = await throughFaults(server(), hook);
      line.faults.inject({ verb: 'watch' }, cutWatch(1));
      return line;
    };

    test.each<[string, ...Fault[]]>([
      ['a cut'],
      ['a cut and two 500', status(500), status(500)],
      ['a cut, a 503 and a reset', status(503), reset('before')],
      ['a cut and an answer that is reset', reset('after')],
      ['a cut and connections that are cut before anything', cutWatch(0), cutWatch(0)],
    ])('goes on after %s, and tells once what happened meanwhile', async (_, ...faults) => {
      const group = await WatchedGroup.of(place, 'a', 'b');
      await using line = await cutAmidChanges(group);
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
      const group = await WatchedGroup.of(place, 'a');
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
      const group = await WatchedGroup.of(place, 'a', 'b', 'd');
      await using line = await cutAmidChanges(group);
      line.faults.inject({ verb: 'watch', nth: 2 }, fault);
      for (const fault of faults) line.faults.inject({ verb: 'list', nth: 2 }, fault);
      expect(await group.toldBy(line.kube)).toEqual([
        'ADDED a 1',
        'ADDED b 1',
        'ADDED d 1',
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
      const group = await WatchedGroup.of(place, 'a', 'b', 'c', 'end');
      await using line = await throughFaults(server());
      line.faults.inject({ verb: 'list', nth }, fault);
      const added = ['ADDED a 1', 'ADDED b 1', 'ADDED c 1', 'ADDED end 1'];
      expect(await group.toldBy(line.kube, { limit: 2 })).toEqual(added);
    });

    test('does not tell what was deleted while its first list was forgotten', async () => {
      const group = await WatchedGroup.of(place, 'a', 'b', 'end');
      await using line = await throughFaults(server(), async ({ phase, request }) => {
        if (phase === 'received' && request === line.faults.requests[1]) await group.remove('a');
      });
      line.faults.inject({ verb: 'list', nth: 2 }, gone());
      expect(await group.toldBy(line.kube, { limit: 2 })).toEqual(['ADDED b 1', 'ADDED end 1']);
    });

    test('ends with the words of a refusal that no repetition cures', async () => {
      const group = await WatchedGroup.of(place, 'a');
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
      const group = await WatchedGroup.of(place, 'a');
      await using line = await throughFaults(server());
      const abort = new AbortController();
      line.faults.inject({ verb: 'watch' }, fault);
      const told = rejectionOf(group.toldBy(line.kube, { signal: abort.signal }));
      await expect.poll(() => verbsOf(line)).toEqual(['list', 'watch']);
      abort.abort(new Error('enough'));
      expect(await told).toBe(abort.signal.reason);
    });
  });
}
