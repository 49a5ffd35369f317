import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import * as mysqlByHand from '../../src/databases/mysql/operation-scripts.ts';
import * as mysqlCheck from '../../src/databases/mysql/check-script.ts';
import * as mysqlDump from '../../src/databases/mysql/dump-script.ts';
import * as mysqlRestore from '../../src/databases/mysql/restore-script.ts';
import * as mysqlRestoreCheck from '../../src/databases/mysql/restore-check-script.ts';
import * as postgresByHand from '../../src/databases/postgres/operation-scripts.ts';
import * as postgresPreparation from '../../src/databases/postgres/restore/prepare-script.ts';
import * as postgresRestore from '../../src/databases/postgres/restore/scripts.ts';
import * as postgres from '../../src/databases/postgres/scripts.ts';
import { scriptOnStdin } from '../../src/databases/script-on-stdin.ts';
import { hasPython, startScript, type ScriptProcess } from './script-process.ts';
import { shells } from './script-support.ts';

const env = { PATH: process.env['PATH'] ?? '', SHLVL: '2' };
const scripts = [
  mysqlCheck,
  mysqlDump,
  mysqlRestoreCheck,
  mysqlRestore,
  mysqlByHand,
  postgres,
  postgresByHand,
  postgresPreparation,
  postgresRestore,
].flatMap((module) =>
  Object.entries(module).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
);

describe.runIf(hasPython).each(shells)('a script on stdin under $name', ({ shell }) => {
  /** Long enough to come in several pieces. */
  const script = `${'# a line that only its readers need\n'.repeat(3000)}
    say=$(cat)
    printf '<%s>' "$#" "$@" "$say"
  `;

  function start(args: readonly string[], ...pieces: readonly string[]): ScriptProcess {
    const { command, opening } = scriptOnStdin(script, args);
    const run = startScript({ shell, command, env });
    const said = opening.slice(script.length);
    pieces.forEach((piece, index) => run.stdin.write(index === pieces.length - 1 ? said + piece : piece));
    run.stdin.end();
    return run;
  }

  it('has its arguments as they are, and what follows it on stdin', async () => {
    const args = [
      '',
      'two words',
      '$(exit 3)',
      "it's",
      '*',
      ' ',
      '\\',
      '\\c\\0101',
      'a\nb\n',
      'ü🐘',
      '-n',
      '%b',
    ];
    const { exitCode, stdout } = await start(args, script, 'one\ntwo $HOME').end;
    expect(stdout).toBe(`<${args.length}>${args.map((text) => `<${text}>`).join('')}<one\ntwo $HOME>`);
    expect(exitCode).toBe(0);
  });

  it('may come in pieces', async () => {
    const pieces = [script.slice(0, 1), script.slice(1, 60_000), script.slice(60_000), 'the rest'];
    const { stdout } = await start([], ...pieces).end;
    expect(stdout).toBe('<0><the rest>');
  });

  it('is not run when its last byte is missing', async () => {
    const { exitCode, stdout, stderr } = await start([], script.slice(0, -1)).end;
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toBe('the caller was gone before it said everything\n');
  });
});

/** Busybox has dd in itself. */
const others = shells.filter(({ shell }) => !shell.includes('busybox'));

describe.runIf(hasPython).each(others)('a script on stdin under $name', ({ shell }) => {
  it('is not run without dd, which is said', async () => {
    const { command, opening } = scriptOnStdin('echo ran', []);
    const [program = ''] = shell;
    const path = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).stdout.toString().trim();
    const run = startScript({ shell: [path, ...shell.slice(1)], command, env: { ...env, PATH: '/nowhere' } });
    run.stdin.end(opening);
    const { exitCode, stdout, stderr } = await run.end;
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toBe('there is no dd in the container; use an image that has it\n');
  });
});

it.each(scripts)('%s is of ASCII, whose characters are bytes', (_, script) => {
  expect(script).toMatch(/^[\n\x20-\x7e]*$/);
});

it('keeps the command of an exec short, however long its script is, and however many its arguments', () => {
  const { command } = scriptOnStdin('x'.repeat(100_000), Array.from({ length: 10_000 }, String));
  expect(encodeURIComponent(command.join('')).length).toBeLessThan(2000);
});
