import { describe, expect, it } from 'vitest';
import { functionAround, traced } from '../../../scripts/mutants/functions.ts';
import { parse } from '../../../scripts/mutants/syntax.ts';

const source = `
export const values = [];
const nested = (a: number) => ({ a, more: () => [a].map((b) => b + 1) });
class Box { get size(): number { return 3; } async *all() { yield* [1]; } }
values.push(nested(1).more()[0], new Box().size);
`;

describe('a traced module', () => {
  it('does the same, and says which of its functions have run', async () => {
    const ran: string[] = [];
    Object.assign(globalThis, { backupNsRan: (name: string) => ran.push(name) });
    const code = traced('src/x.ts', source).replace('(a: number)', '(a)').replace('size(): number', 'size()');
    const { values } = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
    )) as {
      values: unknown[];
    };
    Reflect.deleteProperty(globalThis, 'backupNsRan');
    expect(values).toEqual([2, 3]);
    const places = ['{ a, more', '[a].map', 'b + 1', '{ return 3'].map(
      (text) => `src/x.ts:${source.indexOf(text)}`,
    );
    expect(ran.map((name) => name.replace(/:\d+$/, (place) => place))).toEqual([
      expect.stringMatching(/^src\/x\.ts:\d+$/),
      ...places.slice(1),
      'src/x.ts:0',
    ]);
  });

  it('is told apart by the innermost function around an offset', () => {
    const program = parse(source);
    expect(functionAround(program, source.indexOf('b + 1') + 2)).toBe(source.indexOf('b + 1'));
    expect(functionAround(program, source.indexOf('return 3'))).toBe(source.indexOf('{ return 3'));
    expect(functionAround(program, source.indexOf('values'))).toBe(0);
  });
});
