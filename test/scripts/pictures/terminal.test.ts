import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { linesOf } from '../../../scripts/pictures/sgr.ts';
import { RecordedTerminal } from '../../../scripts/pictures/terminal.ts';
import { python } from '../../../scripts/python.ts';

let folder: string;
let terminal: RecordedTerminal;
beforeEach(() => {
  const temporary = mkdtempDisposableSync(join(tmpdir(), 'pictures-'));
  onTestFinished(() => temporary.remove());
  folder = temporary.path;
  const bundle = join(folder, 'program.mjs');
  writeFileSync(
    bundle,
    "const [, , ...words] = process.argv; console.log(process.stdout.isTTY ? words.join('\\n') : 'no terminal')",
  );
  terminal = new RecordedTerminal({ folder, bundle, shownAs: { [folder]: '/data' } });
});

function shown(): string[] {
  return linesOf(terminal.take()).map((line) => line.map(({ text }) => text).join(''));
}

describe.skipIf(python === undefined)('the terminal of the pictures', () => {
  test('shows the command, and what it says on a terminal', async () => {
    await terminal.run('backup-ns list', {}, folder);
    expect(shown()).toEqual(['$ backup-ns list', 'list']);
  });

  test('shows a folder of this machine as a container would name it', async () => {
    await terminal.run(`backup-ns ${folder}/dump.sql.gz`, {}, folder);
    expect(shown()).toEqual(['$ backup-ns /data/dump.sql.gz', '/data/dump.sql.gz']);
  });

  test('shows the first and the last lines of what is long, and says that it is shortened', async () => {
    await terminal.runShortened('backup-ns 1 2 3 4 5 6', {}, folder, { first: 2, last: 1 });
    expect(shown()).toEqual(['$ backup-ns 1 2 3 4 5 6', '1', '2', '…', '6']);
  });

  test('shows nothing of a command that is hidden, which is run all the same', async () => {
    await terminal.runHidden('touch hidden', {}, folder);
    await terminal.run('ls hidden', {}, folder);
    expect(shown()).toEqual(['$ ls hidden', 'hidden']);
  });

  test('does not go on after a command that fails', async () => {
    await expect(terminal.run('exit 7', {}, folder)).rejects.toThrow("'exit 7' ended with exit code 7");
  });
});
