import { changed } from './mutant.ts';
import { childOf, nodesOf, parse, type SyntaxNode } from './syntax.ts';

/** What a traced function calls with where it lies, if it is there: `src/locks/lease.ts:512`. */
export const reportName = 'backupNsRan';

/** What tells there which test runs, by its id. */
export const testName = 'backupNsTest';

/** The text of a module that reports which of its functions run; 0 is the module itself. */
export function traced(file: string, source: string): string {
  const report = (start: number) => `globalThis.${reportName}?.(${JSON.stringify(`${file}:${start}`)})`;
  const inserts = bodiesOf(parse(source)).flatMap(({ type, start, end }) =>
    type === 'BlockStatement'
      ? [{ start: start + 1, text: `${report(start)};` }]
      : [
          { start, text: `(${report(start)}, ` },
          { start: end, text: ')' },
        ],
  );
  // From the end to the start, so that the offsets before hold; what begins later in the list lies further inside.
  const ordered = inserts
    .map((insert, index) => ({ ...insert, index }))
    .sort((one, other) => other.start - one.start || other.index - one.index);
  return `${ordered.reduce((text, { start, text: inserted }) => changed(text, { kind: 'trace', start, end: start, text: inserted }), source)};${report(0)};`;
}

/** Where the function begins in which that offset lies; 0 where it lies in none. */
export function functionAround(program: SyntaxNode, offset: number): number {
  const around = bodiesOf(program).filter(({ start, end }) => start <= offset && offset < end);
  return around.at(-1)?.start ?? 0;
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function bodiesOf(program: SyntaxNode): readonly SyntaxNode[] {
  return [...nodesOf(program)].flatMap((node) => {
    const body = functions.has(node.type) ? childOf(node, 'body') : undefined;
    return body ? [body] : [];
  });
}
