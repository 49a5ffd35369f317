import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { logOptions } from '../../src/cli/log-flags.ts';
import { commandLine } from '../../src/cli/program.ts';
import { namespace, openVolume, snap, tiered } from '../retention/real-snapshots.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { clusterAccount } from '../support/cluster-account.ts';
import { startCommand } from '../support/command-process.ts';
import { helpPages } from '../support/help-pages.ts';

const terminal = { isTTY: true };
const pipes = { stdin: {}, stdout: {}, stderr: {} };

it.each([
  [{}, pipes, { level: 'info', isTerminal: false, colour: false }],
  [{}, { ...pipes, stdin: terminal }, { level: 'info', isTerminal: true, colour: false }],
  [{}, { ...pipes, stdout: terminal }, { level: 'info', isTerminal: true, colour: false }],
  [{}, { ...pipes, stderr: terminal }, { level: 'info', isTerminal: true, colour: true }],
  [{ logFormat: 'json' }, { ...pipes, stderr: terminal }, { level: 'info', isTerminal: false, colour: true }],
  [{ logFormat: 'text' }, pipes, { level: 'info', isTerminal: true, colour: false }],
  [{ logFormat: 'auto', quiet: true }, pipes, { level: 'warn', isTerminal: false, colour: false }],
  [{ verbose: true }, pipes, { level: 'debug', isTerminal: false, colour: false }],
] as const)('the log is what the flags say, and text for a person: %j, %j', (flags, streams, options) => {
  expect(logOptions(flags, streams, true)).toEqual(options);
});

const runnable = [...helpPages()].filter(([, help]) => help.includes('Exit codes:'));

it.each(runnable)(
  'every command has the flags of the log, and refuses those that contradict: %s',
  (path, help) => {
    for (const flag of ['--quiet', '--verbose', '--log-format <format>'])
      expect(help).toMatch(new RegExp(`^  ${flag}`, 'm'));
    const typed = path.split(' ').slice(1);
    const program = commandLine('1.2.3', commands, () => Promise.resolve(), typed);
    const open = [program];
    for (const command of open) {
      command.exitOverride().configureOutput({ writeErr: () => {} });
      open.push(...command.commands);
    }
    const argument = /^Usage: .*</.test(help) ? ['bash'] : [];
    const words = [...typed, '--quiet', '--verbose', ...argument];
    expect(() => program.parse(words, { from: 'user' })).toThrow(
      /'--quiet' cannot be used with option '--verbose'/,
    );
  },
);

describe('a command', () => {
  let sandbox: Sandbox;
  let account: Account;

  beforeAll(async () => {
    sandbox = await openVolume();
    await snap(sandbox, 'night', tiered());
    account = clusterAccount(sandbox, 'person', { volumesnapshots: ['list', 'get'] });
  });
  afterAll(() => sandbox[Symbol.asyncDispose]());

  const list = (...args: string[]) =>
    startCommand(sandbox, { command: 'list', args, settings: {}, account }).ended;

  it('that is verbose logs each request, and prints the same result', async () => {
    const [usual, verbose] = await Promise.all([
      list('-n', namespace, '-o', 'name'),
      list('-n', namespace, '-o', 'name', '--verbose'),
    ]);
    expect(verbose.stdout).toBe(usual.stdout);
    expect(usual.stderr).toBe('');
    expect(JSON.parse(verbose.stderr)).toMatchObject({
      level: 'debug',
      msg: 'list',
      resource: 'volumesnapshots',
      namespace,
      count: 1,
    });
  });

  it('that is quiet says nothing where there is nothing, and still what is wrong', async () => {
    const [usual, quiet, wrong] = await Promise.all([
      list('-n', 'blog'),
      list('-n', 'blog', '--quiet'),
      list('-n', namespace, '--quiet', '--log-format=text', '--kubeconfig', '/nowhere'),
    ]);
    expect(usual.stderr).toBe('No snapshots found in namespace blog.\n');
    expect(quiet).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/^\d\d:\d\d:\d\d {2}ERROR The kubeconfig '\/nowhere' cannot be read/);
  });
});
