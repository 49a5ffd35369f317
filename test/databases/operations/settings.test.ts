import { Command } from 'commander';
import { expect, it } from 'vitest';
import { namespaceFlag, snapshotsArgument } from '../../../src/snapshots/settings.ts';
import { yesFlag } from '../../../src/settings/yes.ts';
import { boolean } from '../../../src/settings/formats.ts';
import { addFlags, flagsGiven } from '../../../src/settings/flags.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { defineSettings } from '../../../src/settings/schema.ts';
import { flag } from '../../../src/settings/setting.ts';
import { sourcesOf } from '../../settings/sources.ts';

const table = { snapshots: snapshotsArgument('Which'), namespace: namespaceFlag, yes: yesFlag };
const schema = defineSettings({ table, check: () => [], build: (values) => values });

function read(words: readonly string[], environment: Record<string, string> = {}) {
  const command = addFlags(new Command('hold').exitOverride(), table);
  command.parse(words, { from: 'user' });
  return readSettings(schema, sourcesOf(environment, flagsGiven(command, table))).settings;
}

it('names are words after the command, as kubectl prints them or bare, each once', () => {
  const words = ['a', 'volumesnapshot.snapshot.storage.k8s.io/b', 'vs/c', 'volumesnapshot/a'];
  expect(read(words).snapshots).toEqual(['a', 'b', 'c']);
});

it('a flag has a short form, and is undefined when it is not given', () => {
  expect(read(['a', '-n', 'shop', '-y'])).toEqual({ snapshots: ['a'], namespace: 'shop', yes: true });
  expect(read(['a'])).toEqual({ snapshots: ['a'], namespace: undefined, yes: undefined });
});

it('what a person decides in the moment cannot lie around in the environment', () => {
  expect(read(['a'], { yes: 'true', YES: 'true', namespace: 'shop' })).toMatchObject({
    yes: undefined,
    namespace: undefined,
  });
});

it('a wrong name and a wrong flag are both reported, by the words of the command line', () => {
  expect(() => read(['A_B', '--namespace', 'X'])).toThrow(
    /^SNAPSHOTS is 'A_B'; it must be the name of a snapshot: [^\n]*\n--namespace is 'X'; it must be the name of a namespace/,
  );
});

it('switches take no value, and may be written together', () => {
  const switches = {
    all: flag('all-namespaces', boolean, 'All', 'A'),
    watch: flag('watch', boolean, 'Watch', 'w'),
  };
  const command = addFlags(new Command('list').exitOverride(), switches);
  command.parse(['-Aw'], { from: 'user' });
  expect(flagsGiven(command, switches)).toEqual({ 'all-namespaces': 'true', watch: 'true' });
});
