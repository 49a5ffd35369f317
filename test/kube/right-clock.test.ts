import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockProblem, clockTolerance, millisecondsAhead } from '../../src/kube/right-clock.ts';

const start = Date.parse('2026-11-21T12:00:00.400Z');
const second = 1000;
const year = 366 * 24 * 60 * 60 * second;

/** What is seen of a clock that is off by `offset`, when the answer takes `wait` and is dated in the midst of it. */
function seen(offset: number, wait: number, share: number) {
  const server = new Date(Math.floor((start + wait * share) / second) * second);
  return { before: new Date(start + offset), server, after: new Date(start + wait + offset) };
}

const delays = [
  fc.integer({ min: 0, max: 120 * second }),
  fc.double({ min: 0, max: 1, noNaN: true }),
] as const;

describe('a clock', () => {
  it('is never said to be further off than it is, however long the answer takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -year, max: year }), ...delays, (offset, wait, share) => {
        const ahead = millisecondsAhead(seen(offset, wait, share));
        expect(Math.abs(ahead)).toBeLessThanOrEqual(Math.abs(offset));
        expect(ahead === 0 || Math.sign(ahead) === Math.sign(offset)).toBe(true);
      }),
    );
  });

  it('that is off by more than the tolerance and the wait is wrong, and one within the tolerance is right', () => {
    fc.assert(
      fc.property(fc.integer({ min: -year, max: year }), ...delays, (offset, wait, share) => {
        const problem = clockProblem(seen(offset, wait, share));
        const isSurelyWrong = Math.abs(offset) > clockTolerance + wait + 2 * second;
        const way = problem?.includes('ahead of') ? 1 : -1;
        const isRight = problem === undefined || Math.sign(offset) === way;
        expect(isRight).toBe(true);
        expect(problem !== undefined).toBe(
          isSurelyWrong || (problem !== undefined && Math.abs(offset) > clockTolerance),
        );
      }),
    );
  });
});
