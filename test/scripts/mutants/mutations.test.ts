import { describe, expect, it } from 'vitest';
import { codeChanges } from '../../../scripts/mutants/code-mutations.ts';
import { changed } from '../../../scripts/mutants/mutant.ts';
import { isShell, shellChanges } from '../../../scripts/mutants/shell-mutations.ts';
import { parse } from '../../../scripts/mutants/syntax.ts';

function codeOf(source: string, kind: string): string[] {
  const changes = codeChanges(parse(source), source).filter((change) => change.kind === kind);
  return changes.map((change) => changed(source, change));
}

function scriptsOf(source: string): string[] {
  return shellChanges('src/x/scripts.ts', parse(source), source, isShell).map((change) =>
    changed(source, change),
  );
}

describe('a mutant of the code', () => {
  it.each([
    ['condition', 'if (a < b) c();', ['if (!(a < b)) c();']],
    ['condition', 'd = !a ? b : c;', ['d = a ? b : c;']],
    ['and-or', 'd = a && b || c;', ['d = (a && b && c);', 'd = (a || b) || c;']],
    ['fallback', "c = a.size ?? b ?? '';", ['c = (a.size ?? b);', "c = (a.size) ?? '';"]],
    ['fallback', "c = a.metadata.name ?? '';", []],
    ['comparison', 'd = a <= b;', ['d = a < b;']],
    ['comparison', 'd = (a ?? 0) >= (b + 1);', ['d = (a ?? 0) > (b + 1);']],
    ['and-or', 'd = (a ?? b) && c;', ['d = ((a ?? b) || c);']],
    ['comparison', 'd = a === b;', ['d = a !== b;']],
    ['guard', 'if (a) return; b();', ['; b();']],
    ['guard', 'if (a) { b(); throw c; }', [';']],
    ['guard', 'if (a) return; else b();', []],
    ['await', 'await a(); const b = await c();', ['void a(); const b = await c();']],
    ['precondition', 'a({ uid, name })', ['a({ name })']],
    ['precondition', "a({ metadata: { resourceVersion: '1' } })", ['a({ metadata: {  } })']],
    [
      'statement',
      'await a.abort(); b = 1; log.info(c);',
      ['; b = 1; log.info(c);', 'await a.abort(); ; log.info(c);'],
    ],
    ['disposal', 'await using a = b();', ['const a = b();']],
    ['order', 'f.sync(); rename(a, b);', ['rename(a, b); f.sync();']],
    ['order', 'a(); b();', []],
    ['boolean', 'type A = true; a = true;', ['type A = true; a = false;']],
    [
      'method',
      'a.some(b); c = Math.min(1, 2)',
      ['a.every(b); c = Math.min(1, 2)', 'a.some(b); c = Math.max(1, 2)'],
    ],
    ['call', 'a.filter(b).map(c)', ['a.map(c)']],
  ])('of the kind %s of `%s`', (kind, source, expected) => {
    const wrapped = (text: string) => `async function f() { ${text} }`;
    const made = codeOf(wrapped(source), kind);
    expect(made.toSorted()).toEqual(expected.map(wrapped).toSorted());
  });
});

describe('a mutant of a script', () => {
  it('is a line less, or another word, and still a script', () => {
    const script = 'if [ -z "$1" ]; then\n  # exit 4\n  a && exit 3\nfi\n';
    expect(scriptsOf(`const s = \`\n${script}\`;`)).toEqual(
      [
        'if [ -z "$1" ]; then\n  # exit 4\n  a || exit 3\nfi\n',
        'if [ -n "$1" ]; then\n  # exit 4\n  a && exit 3\nfi\n',
        'if [ -z "$1" ]; then\n  # exit 4\n  a && exit 0\nfi\n',
      ].map((other) => `const s = \`\n${other}\`;`),
    );
  });

  it('leaves whole lines out, and no part of one that has a value in it', () => {
    expect(scriptsOf('const s = `\nsay a\nsay ${b} c\n${d}\nsay e\n`;')).toEqual([
      'const s = `\n\nsay ${b} c\n${d}\nsay e\n`;',
      'const s = `\nsay a\nsay ${b} c\n${d}\n\n`;',
    ]);
  });

  it('lets a failure end it that was to be got over', () => {
    expect(scriptsOf('const s = `\nif a; then b || :; fi || c\n`;')).toEqual(
      ['', 'if a; then b; fi || c', 'if a; then b || :; fi && c'].map((line) => `const s = \`\n${line}\n\`;`),
    );
  });

  it('is not made of a sentence', () => {
    expect(scriptsOf('const s = `one || two ${three}`;')).toEqual([]);
  });
});
