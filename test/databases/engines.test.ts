import { describe, expect, it } from 'vitest';
import { engines } from '../../src/databases/engines.ts';
import { keyOf, type CommonSetting } from '../../src/databases/engine.ts';
import { toy } from './toy/toy.ts';

const common: CommonSetting[] = ['ExecResource', 'ExecContainer', 'DumpFile', 'Databases'];

describe.each([...engines, toy])('the engine $name', ({ name, wanted, settings }) => {
  const fallbacks = Object.entries(settings.table).map(([key, { format, fallback }]) => {
    const parsed = format.parse(typeof fallback === 'string' ? fallback : '');
    return [key, 'value' in parsed ? parsed.value : undefined];
  });
  const server = settings.build(Object.fromEntries(fallbacks) as Record<string, unknown>);

  it('has the settings that are asked of every engine, by keys and variables of its own', () => {
    const keys = Object.keys(settings.table);
    expect(keys).toEqual(expect.arrayContaining(common.map((one) => keyOf(name, one))));
    expect(keys.filter((key) => !key.startsWith(name))).toEqual([]);
    const variables = Object.values(settings.table).map((setting) => setting.name);
    expect(variables.filter((variable) => !variable.startsWith(`${wanted.name}_`))).toEqual([]);
  });

  it('names itself in what it dumps, and settings of its own where it is refused', () => {
    expect(server.engine).toBe(name);
    expect(server.connection.settings.length).toBeGreaterThan(0);
    expect(server.connection.settings.filter((key) => settings.table[key] === undefined)).toEqual([]);
  });

  it('has scripts of ASCII, whose bytes are their characters in every locale of a container', () => {
    const { check, dump, info, restore, shell } = server;
    const { beside, preparation } = restore;
    const others = [beside, preparation].filter((one) => one !== undefined);
    for (const { script } of [check, dump, info, restore, shell, ...others])
      expect(script).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it('dumps one database to another file with nothing besides, when it is told to', () => {
    const choice = { from: 'literal', names: ['one'] } as const;
    const other = server.with({ dumpFile: '/other/dump.sql.gz', choice });
    expect(other).toMatchObject({ engine: name, dumpFile: '/other/dump.sql.gz', choice, globals: undefined });
    const [dump, ...others] = other.dump.parts(['one']);
    expect(dump).toMatchObject({ name: 'one', database: 'one', path: '/other/dump.sql.gz' });
    expect(others.filter(({ propertiesOf }) => propertiesOf !== 'one')).toEqual([]);
  });
});

it('no two engines have the same name, or a setting in common', () => {
  const names = engines.flatMap(({ name, wanted, settings }) => [
    name,
    wanted.name,
    ...Object.keys(settings.table),
    ...Object.values(settings.table).map((setting) => setting.name),
  ]);
  expect(names.length).toBe(new Set(names).size);
});
