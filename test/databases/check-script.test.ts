import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeCheck } from '../../src/databases/scripts/check.ts';
import { preamble } from '../../src/databases/scripts/preamble.ts';
import { temporaryFolder } from './temporary-folder.ts';

function run(script: string, args: readonly string[], env: Record<string, string> = {}, input = 'first\n') {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-ceu', script, 'sh', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    input,
    encoding: 'utf8',
  });
  return { status, stderr, lines: stdout.trimEnd().split('\n') };
}

describe('a check of the place of a dump', () => {
  const script = composeCheck({
    connection: 'listen',
    tools: ['tool-of-the-engine'],
    questions: 'say "asked=$4"',
    closing: 'say "closing=yes"',
  });

  /** A folder with these files in it; `tool-of-the-engine` is there unless it is not to be. */
  function check(files: readonly string[], { hasTool = true, name = 'dump.sql' } = {}) {
    const root = temporaryFolder('check-');
    const [folder, bin] = [join(root, 'data'), join(root, 'bin')];
    for (const one of [folder, bin]) mkdirSync(one);
    for (const file of files) {
      if (file.endsWith('/')) mkdirSync(join(folder, file));
      else writeFileSync(join(folder, file), 'x'.repeat(10));
    }
    if (hasTool) {
      writeFileSync(join(bin, 'tool-of-the-engine'), '#!/bin/sh\n');
      chmodSync(join(bin, 'tool-of-the-engine'), 0o755);
    }
    const args = [join(folder, name), join(folder, 'dump.'), '.sql', 'the question'];
    const ended = run(script, args, { PATH: `${bin}:${process.env['PATH']}` });
    const said = ended.lines.filter((line) => !/^(?:space|directory)=/.test(line));
    return { ...ended, folder, said };
  }

  it('says where it is, how much room there is, and asks the server', () => {
    const { status, lines, folder, said } = check([]);
    expect(status).toBe(0);
    expect(lines[0]).toBe(`directory=${folder}`);
    expect(lines[1]).toMatch(/^space=.*\d+%/);
    expect(said).toEqual(['asked=the question', 'closing=yes', 'end']);
  });

  it('says what is there already, for one database and for several', () => {
    const { said } = check(['dump.sql', 'dump.shop.sql', 'dump.a b.sql', 'dump.shop.txt', 'other.shop.sql']);
    expect(said).toEqual([
      'there=file',
      'previous=10',
      'had=10 a b',
      'had=10 shop',
      'asked=the question',
      'closing=yes',
      'end',
    ]);
  });

  it('takes the size of a folder by what its files take', () => {
    const { said } = check(['dump/', 'dump.x.sql/'], { name: 'dump' });
    const [there, previous, had] = said;
    expect(there).toBe('there=folder');
    expect(previous).toMatch(/^previous=\d+$/);
    expect(had).toMatch(/^had=\d+ x$/);
    for (const line of [previous, had]) expect(Number(/\d+/.exec(line ?? '')?.[0]) % 1024).toBe(0);
  });

  it('asks nothing without its tools, and names them', () => {
    expect(check([], { hasTool: false }).said).toEqual(['missing=tool-of-the-engine', 'closing=yes', 'end']);
  });

  it('says nothing of a folder that is not there, and looks at / for a file without one', () => {
    const args = (file: string) => [file, `${file}.`, '.sql', 'the question'];
    const other = composeCheck({ connection: 'listen', tools: [], questions: ':', closing: '' });
    expect(run(other, args('/none/of/these/dump.sql')).lines).toEqual(['end']);
    expect(run(other, args('/no-such-dump.sql')).lines[0]).toBe('directory=/');
  });
});

describe('what a script is told', () => {
  const said = (words: string, env: Record<string, string> = {}, input?: string) =>
    run(`${preamble}\nlisten\n${words}\nsay "$value"`, [], env, input);

  it.each<[string, string, Record<string, string>, string]>([
    ['a variable', 'variable NAME', { NAME: 'a b', NAME_FILE: '/none' }, 'a b'],
    ['the file that its companion names', 'variable NAME', { NAME_FILE: '/proc/sys/kernel/ostype' }, 'Linux'],
    [
      'that file where the variable is empty',
      'variable NAME',
      { NAME: '', NAME_FILE: '/proc/sys/kernel/ostype' },
      'Linux',
    ],
    ['nothing', 'variable NAME', {}, ''],
    ['nothing of a companion that is empty', 'variable NAME', { NAME_FILE: '' }, ''],
    ['a literal', "credential literal 'NAME'", { NAME: 'x' }, 'NAME'],
    ['a credential in a variable', 'credential container NAME', { NAME: 'x' }, 'x'],
    ['its first line', 'value=$first', {}, 'first'],
  ])('is %s', (_, words, env, value) => {
    expect(said(words, env)).toEqual({ status: 0, stderr: '', lines: [value] });
  });

  it('is refused when the file cannot be read, or the caller is gone', () => {
    const unreadable = said('variable NAME', { NAME_FILE: '/none' });
    expect(unreadable.status).toBe(64);
    expect(unreadable.stderr).toContain(
      'variable NAME_FILE of the container names a file that cannot be read: /none',
    );
    const gone = said('value=', {}, '');
    expect([gone.status, gone.stderr]).toEqual([64, 'the caller was gone before it said anything\n']);
  });

  it('is refused where there is no printenv', () => {
    const { status, stderr } = run(`${preamble}\nlisten`, [], { PATH: '/nowhere' });
    expect([status, stderr]).toEqual([64, expect.stringContaining('there is no printenv in the container')]);
  });
});
