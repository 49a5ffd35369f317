import { describe, expect, it, test } from 'vitest';
import { numberPattern } from '../../../scripts/chart/patterns.ts';
import { tables, writtenSchema } from '../../../scripts/chart/schema.ts';
import type { Setting } from '../../../src/settings/setting.ts';
import { helm, render } from '../../charts/helm.ts';
import { said } from '../../charts/rendered.ts';

interface Node {
  readonly type: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern: string;
}

interface Bounded {
  readonly section: string;
  readonly setting: Setting<unknown>;
  readonly node: Node;
}

const bounded: readonly Bounded[] = Object.entries(tables).flatMap(([section, table]) =>
  Object.values(table)
    .filter(({ place, format }) => place === 'variable' && format.bounds !== undefined)
    .map((setting) => ({ section, setting, node: nodeOf(section, setting.name) })),
);

function nodeOf(section: string, name: string): Node {
  const { properties } = writtenSchema() as {
    properties: Record<string, { properties: { settings: { properties: Record<string, Node> } } }>;
  };
  return properties[section]!.properties.settings.properties[name]!;
}

/** As helm does by JSON Schema, of what the schema of a setting with bounds has. */
function isTaken(
  { type, minimum = 0, maximum = 0, maxLength = 1000, pattern }: Node,
  value: unknown,
): boolean {
  if (typeof value === 'number')
    return type.includes('integer') && Number.isInteger(value) && value >= minimum && value <= maximum;
  if (typeof value !== 'string') return type.includes(value === null ? 'null' : typeof value);
  return type.includes('string') && value.length <= maxLength && new RegExp(pattern).test(value);
}

/** By what the program reads in the variable; an empty one is unset. */
const isRead = ({ format }: Setting<unknown>, text: string): boolean =>
  text === '' || 'value' in format.parse(text);

/** At the bounds and beside them, and what is no number or duration. */
function casesOf({ format }: Setting<unknown>): (string | number)[] {
  const { minimum, maximum, words = [] } = format.bounds!;
  if (format.usage === '<number>') {
    const numbers = [
      minimum - 1,
      minimum,
      minimum + 1,
      maximum - 1,
      maximum,
      maximum + 1,
      maximum * 10,
      -1,
      0,
      1,
      0.5,
    ];
    return [...numbers, ...numbers.map(String), '', `0${minimum}`, '0'.repeat(16), ' 1', '1e3', 'none', '٣'];
  }
  const [least, most] = [minimum / 1000, maximum / 1000];
  const seconds = [least - 1, least, least + 1, most - 1, most, most + 1].map((count) => `${count}s`);
  const minutes = [0, 1, most / 60 - 1, most / 60, most / 60 + 1].map((count) => `${count}m`);
  const hours = [0, 1, most / 3600 - 1, most / 3600, most / 3600 + 1].map((count) => `${count}h`);
  const mixed = [
    '0h0m0s',
    '0h0m1s',
    '0h1m',
    '1h90m',
    '167h59m59s',
    '168h0m0s',
    '168h1s',
    '168h1m',
    '10079m59s',
    '10080m1s',
  ];
  const wrong = ['', '-1s', '1.5h', '5', '1d', '1s1m', '1 h', 'none', 'h', '007m'];
  return [...seconds, ...minutes, ...hours, ...mixed, ...wrong, ...words, -1, 0, 1, 60];
}

test('of all settings those that have bounds are held to them', () => {
  expect(bounded.length).toBeGreaterThan(30);
  expect(bounded.map(({ setting }) => setting.name)).toContain('MARK_AND_DELETE_MAX_DELETIONS');
});

test('the schema of the chart takes what the program takes, and refuses what it would refuse at night', () => {
  const different = bounded.flatMap(({ section, setting, node }) =>
    casesOf(setting)
      .filter((value) => isTaken(node, value) !== isRead(setting, String(value)))
      .map((value) => `${section} ${setting.name}: ${JSON.stringify(value)}`),
  );
  expect(different).toEqual([]);
});

test('a pattern takes the numbers between its bounds and no other', () => {
  const wrong: string[] = [];
  for (const [minimum, maximum] of [
    [0, 0],
    [0, 9],
    [1, 19],
    [4, 16],
    [7, 7],
    [10, 99],
    [95, 1024],
    [100, 100],
    [0, 999],
    [389, 1203],
    [1, 2099],
  ] as const) {
    const pattern = new RegExp(`^(${numberPattern(minimum, maximum)})$`);
    for (let value = 0; value <= 3000; value += 1)
      if (pattern.test(String(value)) !== (value >= minimum && value <= maximum))
        wrong.push(`${minimum}-${maximum}: ${value}`);
  }
  expect(wrong).toEqual([]);
});

describe.skipIf(helm === undefined)('helm', () => {
  const release = (choose: (one: Bounded) => unknown) => {
    const values: Record<string, { enabled: boolean; settings: Record<string, unknown> }> = {};
    for (const one of bounded)
      (values[one.section] ??= { enabled: true, settings: {} }).settings[one.setting.name] = choose(one);
    Object.assign(values['create']!.settings, said);
    return render(helm!, { name: 'a', namespace: 'shop', values });
  };
  const isNumber = ({ setting }: Bounded) => setting.format.usage === '<number>';
  const bounds = ({ setting }: Bounded) => setting.format.bounds!;

  const text = (one: Bounded, bound: number) => (isNumber(one) ? String(bound) : `${bound / 1000}s`);

  it('takes every setting at its bounds', async () => {
    const least = await release((one) =>
      isNumber(one) ? bounds(one).minimum : text(one, bounds(one).minimum),
    );
    const most = await release((one) => text(one, bounds(one).maximum));
    expect([least, most].map((objects) => objects.length)).not.toContain(0);
  });

  it.each([
    ['as a number', (one: Bounded) => (isNumber(one) ? bounds(one).minimum - 1 : -1)],
    ['as a text', (one: Bounded) => (isNumber(one) ? String(bounds(one).maximum + 1) : '604801s')],
  ])('refuses every setting that is beyond its bounds, %s', async (_how, choose) => {
    const message = await release(choose).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(
      bounded.filter(({ setting }) => !message.includes(setting.name)).map(({ setting }) => setting.name),
    ).toEqual([]);
  });
});
