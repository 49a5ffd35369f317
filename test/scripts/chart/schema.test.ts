import { expect, test } from 'vitest';
import { chartSchema, writtenSchema } from '../../../scripts/chart/schema.ts';

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: unknown;
}

test("the chart's schema knows all values and settings; npm run docs writes them anew", () => {
  expect(writtenSchema()).toEqual(chartSchema());
});

const settings = () =>
  (writtenSchema() as Node).properties?.['create']?.properties?.['settings']?.properties ?? {};

test("the chart's schema knows no setting that has a value of its own, and secrets as files, too", () => {
  expect(Object.keys(settings())).toContain('BAK_DB_POSTGRES_PASSWORD_FILE');
  expect(Object.keys(settings())).not.toContain('TZ');
});

test("the chart's schema has the type of a setting and its words", () => {
  expect(settings()['BAK_VS_RAND']).toEqual({
    description: "How many random characters the snapshot's name ends with (default: 6)",
    type: ['integer', 'string', 'null'],
    minimum: 4,
    maximum: 16,
    maxLength: 15,
    pattern: '^(|0*([4-9]|1[0-6]))$',
  });
  expect(settings()['BAK_LABEL_VS_RETAIN']).toMatchObject({
    enum: ['days', 'daily_weekly_monthly', '', null],
  });
  expect(settings()['BAK_DRY_RUN']).toMatchObject({ type: ['boolean', 'integer', 'string', 'null'] });
});

test("the chart's schema says something of every value", () => {
  const silent = (node: Node, path: string): string[] => {
    const children = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
      silent(child, path === '' ? name : `${path}.${name}`),
    );
    return node.description === undefined && node.properties === undefined ? [path] : children;
  };
  expect(silent(writtenSchema() as Node, '')).toEqual([]);
});
