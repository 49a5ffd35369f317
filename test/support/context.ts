import { pino } from 'pino';
import { expect, onTestFinished, TestRunner, vi } from 'vitest';
import type { SnapshotContext } from '../../src/snapshots/provider.ts';
import { defaultProvider } from '../../src/snapshots/providers.ts';
import type { Kube } from '../../src/kube/kube.ts';
import type { Clock, Random } from '../../src/core/system.ts';
import { TestClock } from '../kube/test-clock.ts';
import { FakeKube } from './fake-kube.ts';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [key: string]: unknown;
}

/** `aaaa`, then `bbbb`, …: each id is another. */
export function countingRandom(): Random {
  let next = 0;
  return { id: (length) => 'abcdefghijklmnopqrstuvwxyz'.charAt(next++).repeat(length), fraction: () => 0.5 };
}

/** A context whose time stands still (waits below 10 s pass at once) and whose log is kept. */
export function testContext<C extends Clock = TestClock>(
  kube: Kube,
  clock: C = new TestClock() as Clock as C,
): SnapshotContext & { readonly clock: C; readonly lines: LogLine[]; readonly stop: AbortController } {
  const lines: LogLine[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line) as LogLine) });
  const stop = new AbortController();
  if (clock instanceof TestClock && kube instanceof FakeKube) leavesNoDeadline(clock);
  return {
    kube,
    clock,
    log,
    random: countingRandom(),
    signal: stop.signal,
    lines,
    stop,
    snapshots: defaultProvider,
  };
}

/** Whatever a test is about: a deadline that nobody has disposed of keeps a process from its end. Not for tests that run at a time. */
function leavesNoDeadline(clock: TestClock): void {
  if (TestRunner.getCurrentTest() === undefined) return;
  onTestFinished(async () => {
    await vi.waitFor(() => expect(clock.asleep).toEqual([]));
  });
}
