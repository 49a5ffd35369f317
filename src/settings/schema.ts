import type { Setting } from './setting.ts';

export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

export type Values<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

/** The settings of one command. */
export interface SettingsSchema<Table extends SettingsTable, Settings> {
  readonly table: Table;
  /**
   * Problems between settings, one sentence each. A setting that is wrong by itself is absent from `values`; `typed` are the keys of
   * those that are flags, as of what is typed a person means all.
   */
  check(values: Partial<Values<Table>>, typed: ReadonlySet<string>): readonly string[];
  /** Only called when there is no problem at all. */
  build(values: Values<Table>): Settings;
}

/** Changes nothing; lets TypeScript infer the types of `check` and `build` from the table. */
export function defineSettings<Table extends SettingsTable, Settings>(
  schema: SettingsSchema<Table, Settings>,
): SettingsSchema<Table, Settings> {
  return schema;
}

/** The settings of both, one table after the other. */
export function joined<One extends object, Other extends object>(
  one: SettingsSchema<SettingsTable, One>,
  other: SettingsSchema<SettingsTable, Other>,
): SettingsSchema<SettingsTable, One & Other> {
  return {
    table: { ...one.table, ...other.table },
    check: (values, typed) => [...one.check(values, typed), ...other.check(values, typed)],
    build: (values) => ({ ...one.build(values), ...other.build(values) }),
  };
}

export type SettingsOf<Schema extends { build(values: never): unknown }> = ReturnType<Schema['build']>;
