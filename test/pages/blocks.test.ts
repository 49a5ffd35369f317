import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { run } from '../../scripts/run.ts';
import { commands } from '../../src/cli/commands.ts';
import { commandLine } from '../../src/cli/program.ts';
import { readSettings } from '../../src/settings/read.ts';
import { helm } from '../charts/helm.ts';
import { sampled } from '../support/exhaustive.ts';
import { blocks, blocksOf, checkout, pages, simpleCommands, type Block } from './blocks.ts';

const wordsOf = (program: string) =>
  blocks.flatMap((block) =>
    simpleCommands(block.script)
      .filter(([first]) => first === program)
      .map((words) => ({ block, words })),
  );

/** What a block of the same page writes into that file. */
function imageValues({ page }: Block): string {
  const texts = blocks.filter((one) => one.page === page).map(({ script }) => script);
  const [, values = ''] = /echo '([^']*)' >image\.yaml/.exec(texts.join('\n')) ?? [];
  expect(load(values)).toMatchObject({ image: { tag: expect.any(String) } });
  return values;
}

describe('a block of commands', () => {
  test('says how it is run, or why it is not', () => {
    expect(blocks.length).toBeGreaterThan(25);
    const unsaid = blocks.filter(({ how }) => how === undefined);
    expect(unsaid.map(({ name, marker }) => ({ name, marker }))).toEqual([]);
  });

  test('is found wherever somebody would look for one', () => {
    const fences = pages.flatMap((page) =>
      [
        ...readFileSync(join(checkout, page), 'utf8').matchAll(
          /^[> \t]*(?:```|~~~) *(?:sh|bash|shell|zsh|console)\b/gm,
        ),
      ].map(() => page),
    );
    expect(fences).toEqual(blocks.map(({ page }) => page));
  });

  test('is run but for a few, of which each has its reason', () => {
    const reasons = blocks.flatMap(({ how }) => (how?.run === 'never' ? [how.reason] : []));
    expect(reasons.filter((reason) => reason.split(' ').length < 3)).toEqual([]);
    expect(reasons.length).toBeLessThan(blocks.length / 2);
  });

  test('is found with its marker, its lines and what a console shows', () => {
    const page = [
      'Words.',
      '<!-- run: sandbox, answering y, exit code 3 -->',
      '```console',
      "$ backup-ns list 'a b' | cat",
      'NAME',
      '$ true',
      '```',
      '',
      '```sh',
      'echo a \\',
      '  b # c',
      '```',
      '',
    ].join('\n');
    const [first, second] = blocksOf('page.md', page);
    expect(first).toMatchObject({
      line: 4,
      how: { run: 'sandbox', answering: 'y', exitCode: 3 },
      script: "backup-ns list 'a b' | cat\ntrue",
      shown: ['NAME\n', ''],
    });
    expect(simpleCommands(first!.script)).toEqual([['backup-ns', 'list', 'a b'], ['cat'], ['true']]);
    expect(second).toMatchObject({ line: 10, marker: undefined, how: undefined });
    expect(simpleCommands(second!.script)).toEqual([['echo', 'a', 'b']]);
    expect(blocksOf('page.md', '<!-- run: somewhere -->\n```sh\ntrue\n```\n')[0]?.how).toBeUndefined();
  });

  test('names only files of the checkout that there are, or that a block of its page makes', () => {
    const made = (page: string) =>
      blocks.filter((one) => one.page === page).flatMap(({ script }) => [...script.matchAll(/>(\S+)/g)]);
    const missing = blocks
      .filter(({ how }) => how?.run !== 'never')
      .flatMap(({ page, script }) =>
        simpleCommands(script)
          .flat()
          .filter((word) => /^(?:charts|docs|deploy|scripts|dist)\/|^[\w-]+\.ya?ml$/.test(word))
          .filter(
            (word) => !existsSync(join(checkout, word)) && !made(page).some(([, file]) => file === word),
          )
          .map((word) => `${page}: ${word}`),
      );
    expect(missing).toEqual([]);
  });
});

describe('the command in a block', () => {
  test.for(
    wordsOf('backup-ns').map(
      ({ block, words }) => [`${block.page}:${block.line} ${words.join(' ')}`, words] as const,
    ),
  )('has options and settings that there are: %s', async ([, words]) => {
    const ran: string[] = [];
    const program = commandLine('test', commands, async (command, sources) => {
      // Of a page that does not show all that a command needs, its flags are right all the same.
      readSettings(command.settings, { ...sources, environment: {} });
      ran.push(command.name);
    });
    await program.parseAsync(words.slice(1), { from: 'user' });
    expect(ran).toHaveLength(1);
  });

  test('is in a good number of blocks', () => {
    expect(wordsOf('backup-ns').length).toBeGreaterThan(12);
  });

  const releases = wordsOf('helm').filter(({ words }) => words[1] === 'install');

  test
    .skipIf(helm === undefined)
    .for(
      sampled(releases).map(
        ({ block, words }) => [`${block.page}:${block.line} ${words.join(' ')}`, block, words] as const,
      ),
    )('has values that are those of the chart: %s', async ([, block, words]) => {
    const args = words.slice(2).flatMap((word) => (word === '--create-namespace' ? [] : [word]));
    const file = args.indexOf('--values');
    const isOurs = file !== -1;
    if (isOurs) args[file + 1] = '-';
    const input = isOurs ? imageValues(block) : '';
    const objects = await run(helm!, ['template', ...args], { cwd: checkout, input });
    expect(objects).toContain('kind: CronJob');
    expect(objects.includes('registry.example.com/backup-ns:')).toBe(isOurs);
  });
});

test.for(pages)('a page names only settings that there are: %s', (page) => {
  const known = readFileSync(join(checkout, 'docs/settings.md'), 'utf8');
  const named = readFileSync(join(checkout, page), 'utf8').matchAll(
    /(?<![\w*])((?:BAK|RETAIN|MARK_AND_DELETE|SYNC_METADATA)_[A-Z][A-Z_]*[A-Z])(?![\w*…]|_?…)/g,
  );
  const unknown = [...named].map(([, name = '']) => name).filter((name) => !known.includes(`\`${name}\``));
  expect(unknown).toEqual([]);
});
