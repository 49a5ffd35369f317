import { describe, expect, test } from 'vitest';
import { ResultsInLog } from '../../src/job/results-in-log.ts';

const snapshot = (name: string) => ({ name, pvc: 'data' });
const result = (...names: string[]) => JSON.stringify({ level: 'info', snapshots: names.map(snapshot) });

function read(log: string, piece = log.length): unknown {
  const results = new ResultsInLog();
  const bytes = Buffer.from(log);
  for (let start = 0; start < bytes.length; start += piece) results.add(bytes.subarray(start, start + piece));
  return results.snapshots();
}

describe('the snapshots that a log tells of', () => {
  test.each([1, 7, 64, 10_000])('are the same, however the log is cut: pieces of %i bytes', (piece) => {
    const log = `żółć\n{"msg":"dumping"}\n${result('one', 'two')}\n`;
    expect(read(log, piece)).toEqual([snapshot('one'), snapshot('two')]);
  });

  test('are those of each attempt, in their order', () => {
    expect(read(`${result('one')}\n{"error":"x","exitCode":7}\n${result('two')}`)).toEqual([
      snapshot('one'),
      snapshot('two'),
    ]);
  });

  test('are none where a run failed, and not known where no run told of its end', () => {
    expect(read('{"error":"x","reason":"lock","exitCode":5}\n')).toEqual([]);
    expect(read('begun\n{"snapshots":3}\n{"snapshots":[\n["snapshots"]\nnull\n')).toBeUndefined();
    expect(read('')).toBeUndefined();
  });

  test('have a name and a PVC that are texts, and no endless ones', () => {
    const all = [
      { name: 1, pvc: 'data' },
      null,
      'x',
      snapshot('x'.repeat(254)),
      { ...snapshot('good'), more: 1 },
    ];
    expect(read(JSON.stringify({ snapshots: all }))).toEqual([snapshot('good')]);
  });

  test('are read after a line without an end, too, which is not kept', () => {
    expect(read(`{${'x'.repeat(5 << 20)}\n${result('one')}\n`, 1 << 20)).toEqual([snapshot('one')]);
  });
});
