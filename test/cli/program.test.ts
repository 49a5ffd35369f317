import { expect, it } from 'vitest';
import type { Command, CommandGroup } from '../../src/cli/command.ts';
import { completion } from '../../src/cli/completion.ts';
import { create } from '../../src/cli/create.ts';
import { databaseGroup } from '../../src/cli/database-group.ts';
import { postgres } from '../../src/databases/postgres/postgres.ts';
import { list } from '../../src/cli/list.ts';
import { commandLine, type RunFlags } from '../../src/cli/program.ts';
import { commands } from '../../src/cli/commands.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import { effectiveSettings } from '../../src/settings/read.ts';
import { sourcesOf } from '../settings/sources.ts';
import { helpPages } from '../support/help-pages.ts';
import type { Sources } from '../../src/settings/sources.ts';

type Entries = readonly (Command<SettingsTable, unknown> | CommandGroup<SettingsTable, unknown>)[];

/** What the runner is given for these arguments. */
async function givenTo(...args: string[]) {
  const given: { name: string; sources: Sources; cluster: RunFlags }[] = [];
  const program = commandLine('1.2.3', [create], (command, sources, cluster) => {
    given.push({ name: command.name, sources, cluster });
    return Promise.resolve();
  });
  await program.parseAsync(args, { from: 'user' });
  return given;
}

it('a command is run once, with the flags that were written', async () => {
  const [first, ...others] = await givenTo('create', '--pvc-name', 'media', '--db-skip');
  expect(others).toEqual([]);
  expect(first?.name).toBe('create');
  expect(first?.sources.flags).toEqual({ BAK_PVC_NAME: 'media', BAK_DB_SKIP: 'true' });
  expect(first?.sources.machine.cpus).toBeGreaterThan(0);
  expect(first?.cluster.kubeconfig).toBeUndefined();
});

it('the cluster is chosen by flags of its own, which are no settings', async () => {
  const [given] = await givenTo('create', '--kubeconfig', '/k', '--context', 'prod');
  expect(given?.cluster).toMatchObject({ kubeconfig: '/k', context: 'prod' });
  expect(given?.sources.flags).toEqual({});
});

it('a run does not see the flags of the run before', async () => {
  await givenTo('create', '--pvc-name', 'media');
  const [given] = await givenTo('create');
  expect(given?.sources.flags).toEqual({});
});

it('a command of a group is found under the word of the group, and not beside it', async () => {
  const given: string[] = [];
  const group = { name: 'postgres', summary: 'By hand', commands: [{ ...list, name: 'dump' }] };
  const entries: Entries = [create, group];
  const program = commandLine('1.2.3', entries, (command) => {
    given.push(command.name);
    return Promise.resolve();
  });
  await program.parseAsync(['postgres', 'dump', '-n', 'shop'], { from: 'user' });
  expect(given).toEqual(['dump']);
  expect(program.commands.map((command) => command.name())).toEqual(['create', 'postgres', 'env']);
  expect(program.commands[2]?.commands.map((command) => command.name())).toEqual(['create']);
});

it('a switch that begins with no- is a switch of its own', async () => {
  const seen: Sources[] = [];
  const program = commandLine('1.2.3', [databaseGroup(postgres)], (_, sources) => {
    seen.push(sources);
    return Promise.resolve();
  });
  await program.parseAsync(['postgres', 'restore', '--no-safety-dump'], { from: 'user' });
  expect(seen[0]?.flags).toEqual({ 'no-safety-dump': 'true' });
});

it.each([['create'], ['list'], ['env', 'create'], ['postgres', 'info'], ['postgres', '--namespace', 'list']])(
  'a command that was typed has all of its flags, without those of the others: %s %s %s',
  (...typed) => {
    const entries: Entries = [create, list, databaseGroup(postgres)];
    const run = () => Promise.resolve();
    const flagsOf = (words?: string[]) => {
      let command: ReturnType<typeof commandLine> | undefined = commandLine('1.2.3', entries, run, words);
      for (const word of typed) command = command?.commands.find((one) => one.name() === word) ?? command;
      return command?.options.map(({ long }) => long);
    };
    expect(flagsOf(typed)).toEqual(flagsOf());
  },
);

it.each([[], ['--help'], ['help'], ['create', '-h'], ['env'], ['postgres'], ['bogus']])(
  'the usage of all commands is the same whatever was typed: %s',
  (...typed) => {
    const entries: Entries = [create, list, databaseGroup(postgres)];
    const run = () => Promise.resolve();
    const whole = commandLine('1.2.3', entries, run).helpInformation();
    expect(commandLine('1.2.3', entries, run, typed).helpInformation()).toBe(whole);
  },
);

it.each([...helpPages()])('the help fits into a terminal of 80 columns: %s', (_, help) => {
  expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(help).not.toMatch(/\(preset|\(choices|\(default: \)/);
});

it.each([...helpPages()])('each text of the help begins with a capital letter: %s', (_, help) => {
  const first = [...help.matchAll(/^ {2}-.*?(?:\n {6}| {2})(\S+)/gm)].map(([, word = '']) => word);
  expect(first.length).toBeGreaterThan(0);
  // The last is a value of the flag.
  expect(first.filter((word) => !/^['\p{Lu}]|^plain:$/u.test(word))).toEqual([]);
});

it('where descriptions have room beside the flags they stand there, and else all under them', () => {
  const helps = new Map(helpPages());
  expect(helps.get('backup-ns list')).toMatch(/^ {2}-A, --all-namespaces {4}Of all namespaces/m);
  expect(helps.get('backup-ns create')).toMatch(/^ {2}--tz <zone>\n {6}The time zone/m);
});

it('the help of env does not say that it does what the command does', () => {
  const help = new Map(helpPages()).get('backup-ns env create');
  expect(help).toContain("Print the settings of 'create'");
  expect(help).not.toContain('Back up a namespace:');
});

/** What is written of words that are wrong. */
function wrong(args: string[]): string {
  const program = commandLine('1.2.3', commands, () => Promise.resolve(), args);
  let written = '';
  for (const open = [program]; open.length > 0;) {
    const command = open.pop()!;
    command.exitOverride().configureOutput({ writeErr: (text) => (written += text) });
    open.push(...command.commands);
  }
  expect(() => program.parse(args, { from: 'user' })).toThrow(/'|\(outputHelp\)/);
  return written;
}

it.each([
  [['create', '--pvc-nam', 'x'], 'See backup-ns create --help'],
  [['restore'], 'See backup-ns restore --help'],
  [['env', 'create', '-o', 'xml'], 'See backup-ns env create --help'],
  [['postgres', 'inf'], 'See backup-ns postgres --help'],
  [['creat'], 'See backup-ns --help'],
])('wrong usage names the help to read: %j', (args, hint) => {
  expect(wrong(args).trimEnd().split('\n').at(-1)).toBe(hint);
});

it.each([
  [['-n', 'shop', 'list'], '-n', 'backup-ns list -n …'],
  [['--namespace=shop', 'list', '--held'], '--namespace', 'backup-ns list --namespace …'],
  [['-A', 'status'], '-A', 'backup-ns status -A'],
  [['-o', 'json', '--quiet', 'list'], '-o', 'backup-ns list -o … --quiet'],
  [['-n', 'list', 'list'], '-n', 'backup-ns list -n …'],
  [['-n', 'shop', 'postgres', 'info'], '-n', 'backup-ns postgres info -n …'],
  [['postgres', '-n', 'shop', 'info'], '-n', 'backup-ns postgres info -n …'],
  [['env', '--pvc-name', 'data', 'create'], '--pvc-name', 'backup-ns env create --pvc-name …'],
  [
    ['--db-postgres-password', 'geheim', 'create'],
    '--db-postgres-password',
    'backup-ns create --db-postgres-password …',
  ],
])('a flag before its command is refused with the order that is right: %j', (args, flag, line) => {
  const [said] = wrong(args).split('\n');
  expect(said).toBe(`error: flag ${flag} stands before its command; flags come after it: ${line}`);
});

it.each([
  [['--frobnicate', 'list'], "error: unknown option '--frobnicate'"],
  [['-n', 'shop'], "error: unknown option '-n'"],
  [['-n', 'list'], "error: unknown option '-n'"],
  [['list', '--frobnicate', 'status'], "error: unknown option '--frobnicate'"],
])('a flag that no command after it has is unknown: %j', (args, text) => {
  expect(wrong(args).split('\n')[0]).toBe(text);
});

it('a shell that completion is not for is told which there are, and what to do', () => {
  const schema = completion.settings;
  expect(effectiveSettings(schema, sourcesOf({}, { shell: 'tcsh' })).problems).toEqual([
    "SHELL is 'tcsh'; it must be bash, zsh or fish; there is no completion for another shell, so start one of these, and see backup-ns completion --help",
  ]);
});
