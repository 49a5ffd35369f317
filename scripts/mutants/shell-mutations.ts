import { spawnSync } from 'node:child_process';
import type { Change } from './mutant.ts';
import { childrenOf, nodesOf, type SyntaxNode } from './syntax.ts';

/** Files whose texts of several lines are scripts for a shell. */
const ofScripts = /\/scripts\/[^/]+\.ts$|scripts?\.ts$/;

/** Changes of the scripts that are written in a file: what was a script stays one. */
export function shellChanges(
  file: string,
  program: SyntaxNode,
  source: string,
  isScript: (text: string) => boolean,
): readonly Change[] {
  if (!ofScripts.test(file)) return [];
  const texts = [...nodesOf(program)].filter(
    ({ type, start, end }) => type === 'TemplateLiteral' && source.slice(start, end).includes('\n'),
  );
  return texts.flatMap((text) => {
    const changes = childrenOf(text, 'quasis').flatMap((part) => partChanges(part, source));
    // Where the whole is not a script, nobody can say which change makes it one that is none.
    if (!isScript(source.slice(text.start + 1, text.end - 1))) return changes;
    return changes.filter((change) => isScript(changedText(text, source, change)));
  });
}

function changedText({ start, end }: SyntaxNode, source: string, change: Change): string {
  return source.slice(start + 1, change.start) + change.text + source.slice(change.end, end - 1);
}

/** Values that are put in are scripts themselves, or words. */
export function isShell(text: string): boolean {
  const input = text
    .replace(/\$\{[^}]*\}/g, ':')
    .replaceAll('\\\\', '\\')
    .replaceAll('\\$', '$')
    .replaceAll('\\`', '`');
  return spawnSync('sh', ['-n'], { input }).status === 0;
}

/** The parser counts the signs around a part to it: a back quote, or the brackets of a value. */
function partChanges(part: SyntaxNode, source: string): readonly Change[] {
  const start = part.start + (/[`}]/.test(source.charAt(part.start)) ? 1 : 0);
  const end =
    part.end - (source.charAt(part.end - 1) === '`' ? 1 : source.slice(0, part.end).endsWith('${') ? 2 : 0);
  const text = source.slice(start, end);
  const lines = [...text.matchAll(/(?<=\n)[ \t]*[^\s#].*(?=\n)/g)];
  return [
    ...lines.map((line) => {
      const from = start + line.index;
      return { kind: 'shell line', start: from, end: from + line[0].length, text: '' };
    }),
    ...words.flatMap(({ pattern, other }) =>
      [...text.matchAll(pattern)].map((match) => {
        const from = start + match.index;
        return { kind: 'shell word', start: from, end: from + match[0].length, text: other(match[0]) };
      }),
    ),
  ].filter((change) => !/^\s*#/.test(lineAround(source, change.start)));
}

function lineAround(source: string, offset: number): string {
  return source.slice(source.lastIndexOf('\n', offset - 1) + 1, source.indexOf('\n', offset));
}

interface Word {
  readonly pattern: RegExp;
  readonly other: (found: string) => string;
}

const others: Readonly<Record<string, string>> = {
  '&&': '||',
  '||': '&&',
  '-eq': '-ne',
  '-ne': '-eq',
  '-lt': '-le',
  '-le': '-lt',
  '-gt': '-ge',
  '-ge': '-gt',
  '-z': '-n',
  '-n': '-z',
};

const words: readonly Word[] = [
  // What may fail, and ends the script with it: `&& :` would let it fail as well.
  { pattern: / \|\| :(?![\w])/g, other: () => '' },
  { pattern: /&&|\|\|(?! :)/g, other: (found) => others[found] ?? found },
  {
    pattern: /(?<=\[ (?:[^\]\n]* )?)-(?:eq|ne|lt|le|gt|ge|z|n)(?= )/g,
    other: (found) => others[found] ?? found,
  },
  { pattern: /(?<=\[ [^\]\n]* )!?=(?= )/g, other: (found) => (found === '=' ? '!=' : '=') },
  {
    pattern: /\b(?:exit|return) \d+\b/g,
    other: (found) => found.replace(/\d+/, (status) => (status === '0' ? '1' : '0')),
  },
];
