import { describe, expect, it } from 'vitest';
import { bulkReport } from '../../../src/snapshots/bulk/report.ts';
import type { Ending } from '../../../src/record/ending.ts';
import type { Undone } from '../../../src/snapshots/bulk/in-parallel.ts';

const command = { name: 'retain', described: () => '5 of 30 snapshots lost labels', counts: () => ({}) };
const end = { at: new Date('2026-11-21T12:00:00Z'), seconds: 1.6 };
const left = (name: string, error = 'it is held') => ({ namespace: 'shop', name, error });

function messageOf(ending: Omit<Ending<Undone>, 'at' | 'seconds'>): string {
  const scope = { namespaces: ['shop'], namespaceSelector: undefined };
  return bulkReport(command, scope, 'shop').event({ ...end, ...ending }).message;
}

describe('the event of a run over many snapshots', () => {
  it.each<[string, Undone, string]>([
    ['nothing more where all was done', { failed: [], skipped: [] }, ''],
    ['what was left alone', { failed: [], skipped: [left('one')] }, '; left alone: '],
  ])('says what was done, and %s', (_, result, more) => {
    const done = 'retain of namespace shop ended in 2 s: 5 of 30 snapshots lost labels';
    const message = messageOf({ exitReason: 'done', result });
    expect(message.slice(0, done.length + more.length)).toBe(`${done}${more}`);
    expect(message.length > done.length).toBe(more !== '');
  });

  it.each([
    [2, ''],
    [3, '; and 1 other reason'],
    [4, '; and 2 other reasons'],
  ])('names two of %i reasons of failures, the commonest first', (reasons, more) => {
    const failed = Array.from({ length: reasons }, (_, index) => left(`of-${index}`, `reason ${index}`));
    failed.push(left('again', 'reason 1'));
    const message = messageOf({ exitReason: 'partial', problem: 'not all', result: { failed, skipped: [] } });
    expect(message).toBe(
      `retain of namespace shop ended with exit code 3: not all; shop/of-1: reason 1; shop/of-0: reason 0${more}`,
    );
  });

  it('names a namespace that could not be read as such', () => {
    const failed = [left('*', 'forbidden')];
    expect(
      messageOf({ exitReason: 'partial', problem: 'not all', result: { failed, skipped: [] } }),
    ).toContain('; namespace shop: ');
  });
});
