import { expect, it } from 'vitest';
import { helpPages } from '../support/help-pages.ts';
import { callsIn } from '../support/pasted.ts';
import { readCall } from '../support/read-call.ts';

/** What stands under `Examples:` of a page. */
function examplesIn(help: string): string {
  return /^Examples?:\n((?: {2}.*\n)+)/m.exec(`${help}\n`)?.[1] ?? '';
}

interface Page {
  readonly path: string;
  readonly text: string;
  readonly calls: readonly string[][];
}

function pagesOf(name?: string): Page[] {
  const texts = [...helpPages(name)].map(([path, help]) => ({ path, text: examplesIn(help) }));
  const calls = callsIn(texts.map(({ text }) => text).join('\n'));
  return texts.map(({ path, text }) => ({ path, text, calls: calls.splice(0, writtenIn(text)) }));
}

/** How many there are: each has its words before it. */
function writtenIn(text: string): number {
  return [...text.matchAll(/^ {2}#.+\n {2}(?!#)\S/gm)].length;
}

const pages = pagesOf();

it.each(pages)(
  'the help of every command has an example that can be pasted: $path',
  ({ path, text, calls }) => {
    expect(writtenIn(text)).toBeGreaterThan(0);
    const own = path.split(' ').slice(1);
    expect(calls.map((words) => words.slice(0, own.length))).toEqual(calls.map(() => own));
  },
);

const ofCommands = pages.filter(({ path }) => !/^backup-ns$| env\b| (?:postgres|mysql)$/.test(path));

it.each(ofCommands)(
  'each example of the help is read by the command that it is of: $path',
  async ({ path, calls }) => {
    const name = path.split(' ').at(-1);
    for (const words of calls) expect((await readCall(words)).name).toBe(name);
  },
);

it('what stands for a command among the examples of all is its own', () => {
  const all = new Set(ofCommands.flatMap(({ calls }) => calls.map((words) => words.join(' '))));
  const others = pages.filter(({ path }) => / (?:postgres|mysql)$|^backup-ns$/.test(path));
  expect(others).toHaveLength(3);
  for (const { calls } of others) for (const words of calls) expect(all).toContain(words.join(' '));
});

it('an example names the program as it was called, and nothing else of its line', () => {
  const called = pagesOf('kubectl backup-ns');
  expect(called.map(({ calls }) => calls)).toEqual(pages.map(({ calls }) => calls));
  const text = called.map((page) => page.text).join('');
  expect(text).not.toMatch(/^ {2}backup-ns|\| backup-ns/m);
  expect(text).toContain("echo 'select 1' | kubectl backup-ns postgres shell");
});
