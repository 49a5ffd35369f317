import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const checkout = join(import.meta.dirname, '..', '..');

/** The pages with blocks that somebody may copy. */
export const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(checkout, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'charts/backup-ns/README.md',
];

/**
 * How a block is run, as the comment before it says:
 * `<!-- run: sandbox -->`: against a sandbox, in npm test; `, answering y` in a terminal, `, exit code 3` when it ends so;
 * `<!-- run: cluster -->`: on a real cluster, in the order of the pages; `, instead`: of the block before it, which is then
 * run again; `<!-- run: pod -->`: there, in the pod that the page has made;
 * `<!-- run: clone -->`: in a new clone;
 * `<!-- not run: … -->`: not, with the reason.
 */
export type How =
  | { readonly run: 'sandbox'; readonly answering?: string; readonly exitCode: number }
  | { readonly run: 'cluster'; readonly isInstead: boolean }
  | { readonly run: 'pod' | 'clone' }
  | { readonly run: 'never'; readonly reason: string };

/** A block of shell, or of what a console shows. */
export interface Block {
  readonly page: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  /** For a title. */
  readonly name: string;
  /** What is run, whole lines of shell. */
  readonly script: string;
  /** Whether the page shows what a terminal does. */
  readonly isConsole: boolean;
  /** Of a console, what each command is said to show. */
  readonly shown: readonly string[];
  /** The comment before it; undefined when there is none. */
  readonly marker: string | undefined;
  readonly how: How | undefined;
}

const fenced = /^(<!--.*-->)?\n*```(sh|console)\n([^]*?)^```$/gm;

export function blocksOf(page: string, text = readFileSync(join(checkout, page), 'utf8')): Block[] {
  return [...text.matchAll(fenced)].map((match) => {
    const [all, marker, kind, code = ''] = match;
    const line = text.slice(0, match.index + all.indexOf('```')).split('\n').length + 1;
    const commands = kind === 'sh' ? [{ command: code, shown: '' }] : commandsIn(code);
    const script = commands.map(({ command }) => command).join('\n');
    const shown = commands.map((one) => one.shown);
    const name = `${page}:${line} ${script.trim().split('\n')[0]}`;
    const isConsole = kind === 'console';
    return {
      page,
      line,
      name,
      script,
      isConsole,
      shown,
      marker,
      how: marker === undefined ? undefined : howOf(marker),
    };
  });
}

/** All of them, in the order of the pages. */
export const blocks: readonly Block[] = pages.flatMap((page) => blocksOf(page));

function commandsIn(console: string): { command: string; shown: string }[] {
  return console
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [command = '', ...shown] = text.split('\n');
      return { command, shown: shown.join('\n') };
    });
}

function howOf(marker: string): How | undefined {
  const words = /^<!-- (.*) -->$/.exec(marker)?.[1] ?? '';
  const reason = /^not run: (.+)$/.exec(words)?.[1];
  if (reason !== undefined) return { run: 'never', reason };
  const cluster = /^run: cluster(, instead)?$/.exec(words);
  if (cluster) return { run: 'cluster', isInstead: cluster[1] !== undefined };
  const place = /^run: (pod|clone)$/.exec(words)?.[1];
  if (place !== undefined) return { run: place as 'pod' | 'clone' };
  const sandbox = /^run: sandbox(?:, answering (\w+))?(?:, exit code (\d+))?$/.exec(words);
  if (!sandbox) return undefined;
  const [, answering, exitCode = '0'] = sandbox;
  return { run: 'sandbox', exitCode: Number(exitCode), ...(answering !== undefined && { answering }) };
}

/** The simple commands of a script, each as its words: what is between pipes and the like. Without redirections and comments. */
export function simpleCommands(script: string): string[][] {
  const tokens = script
    .replaceAll('\\\n', ' ')
    .matchAll(/'([^']*)'|"([^"]*)"|(?<=^|\s)#[^\n]*|(\d?[<>]+&?\s*\S+)|(&&|\|\||[|;&\n])|([^\s'"|;&<>]+)/g);
  const commands: string[][] = [[]];
  let isSame = false;
  let end = 0;
  for (const { 0: all, 1: single, 2: double, 4: separator, 5: plain, index } of tokens) {
    isSame = index === end;
    end = index + all.length;
    const word = single ?? double ?? plain;
    const present = commands.at(-1)!;
    if (separator !== undefined) commands.push([]);
    // 'a'b and a'b' are one word.
    else if (word !== undefined && isSame && present.length > 0) present.push(`${present.pop()}${word}`);
    else if (word !== undefined) present.push(word);
  }
  return commands.filter((words) => words.length > 0);
}
