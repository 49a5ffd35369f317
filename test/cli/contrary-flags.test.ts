import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { effectiveSettings } from '../../src/settings/read.ts';
import { sourcesOf } from '../settings/sources.ts';

/** Those that work on the snapshots of several namespaces. */
const ofSeveral = commands.flatMap((command) =>
  'settings' in command && 'namespaceSelector' in command.settings.table ? [command] : [],
);

const short = { namespace: 'shop', 'all-namespaces': 'true' };
const long = { NAMESPACES: 'shop,blog', NAMESPACE_SELECTOR: 'backup=true' };
const flagOf = (name: string) => `--${name.toLowerCase().replaceAll('_', '-')}`;

test('there are commands of several namespaces', () => {
  expect(ofSeveral.map(({ name }) => name)).toEqual(['retain', 'mark-and-delete', 'sync-metadata']);
});

const cases = ofSeveral.flatMap((command) =>
  Object.entries(short).flatMap(([one, value]) =>
    Object.entries(long).map(([other, names]) => ({ command, one, value, other, names })),
  ),
);

test.each(cases)(
  '$command.name refuses --$one and $other as flags, as one would win without a word',
  ({ command, one, value, other, names }) => {
    const variable = `${command.name.toUpperCase().replaceAll('-', '_')}_${other}`;
    const typed = { [one]: value, [variable]: names };
    expect(effectiveSettings(command.settings, sourcesOf({}, typed)).problems).toEqual([
      `--${one} and ${flagOf(other)} are both given; keep one`,
    ]);
    // What is typed wins over variables, as always.
    const { problems } = effectiveSettings(
      command.settings,
      sourcesOf({ [variable]: names }, { [one]: value }),
    );
    expect(problems).toEqual([]);
  },
);
