/** What of a catalogue makes a line, in information_schema. */
interface Catalogue {
  readonly kind: string;
  /** What the row is of. */
  readonly key: string;
  readonly table: string;
  /** The column that has the name of the database. */
  readonly schema: string;
  /** Columns that differ from day to day. */
  readonly left: readonly string[];
}

const list = (kind: string, key: string, table: string, schema = 'table_schema', left = ''): Catalogue => {
  return { kind, key, table, schema, left: left.split(' ') };
};

const sizes =
  'table_rows avg_row_length data_length max_data_length max_index_length index_length data_free create_time update_time check_time checksum';
const parts = "concat(table_name, '.', coalesce(partition_name, ''), '.', coalesce(subpartition_name, ''))";

export const catalogues: readonly Catalogue[] = [
  list('database', "''", 'schemata', 'schema_name'),
  list('table', 'table_name', 'tables', 'table_schema', sizes),
  list('column', "concat(table_name, '.', column_name)", 'columns'),
  list(
    'index',
    "concat(table_name, '.', index_name, '#', seq_in_index)",
    'statistics',
    undefined,
    'cardinality',
  ),
  list('key', "concat(table_name, '.', constraint_name, '#', column_name)", 'key_column_usage'),
  list(
    'reference',
    "concat(table_name, '.', constraint_name)",
    'referential_constraints',
    'constraint_schema',
  ),
  list('check', 'constraint_name', 'check_constraints', 'constraint_schema'),
  list('partition', parts, 'partitions', 'table_schema', sizes),
  list('view', 'table_name', 'views'),
  list('trigger', 'trigger_name', 'triggers', 'trigger_schema', 'created'),
  list(
    'routine',
    "concat(routine_type, ' ', routine_name)",
    'routines',
    'routine_schema',
    'created last_altered',
  ),
  list('parameter', "concat(specific_name, '#', ordinal_position)", 'parameters', 'specific_schema'),
  list('event', 'event_name', 'events', 'event_schema', 'created last_altered last_executed'),
  list('right', "concat(grantee, ' ', privilege_type)", 'schema_privileges'),
];

/** A line of each row, with all of these columns that the server has. */
export function question({ kind, key, table, schema, left }: Catalogue, columns: readonly string[]): string {
  const escaped = (column: string) =>
    String.raw`replace(replace(${name(column)}, '\\', '\\\\'), '\n', '\\n')`;
  const values = columns
    .filter((column) => !left.includes(column))
    .map((column) => `'${column}=', coalesce(${escaped(column)}, '~'), ' '`);
  const line = `concat('${kind} ', convert(${key} using utf8mb4), ': ', ${values.join(', ')})`;
  return `select ${line} from information_schema.${table} where ${schema} = database()`;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  /** Of a period of the system, which is hidden otherwise. */
  readonly isStart: boolean;
}

/** How many rows, and the digest of all of them, with their history, in any order. */
export function rowsQuestion(table: string, kind: string, columns: readonly Column[]): string {
  const values = columns.map((column) => `coalesce(${hexOf(name(column.name), column.type)}, '~')`);
  const hasHistory = kind === 'SYSTEM VERSIONED';
  if (hasHistory && !columns.some(({ isStart }) => isStart)) values.push('row_start', 'row_end');
  const history = hasHistory ? ' for system_time all' : '';
  const each = `select sha2(concat_ws('|', ${values.join(', ')}), 256) as d from ${name(table)}${history}`;
  const all = `coalesce(sha2(group_concat(d order by d separator ''), 256), '')`;
  return `select concat('rows of ', ${quoted(table)}, ': ', count(*), ' ', ${all}) from (${each}) as all_rows`;
}

/** Exactly what a column holds: numbers of single precision, too, whose text is shorter than they are. */
function hexOf(column: string, type: string): string {
  if (type === 'float' || type === 'double') return `hex(concat(cast(${column} as double)))`;
  if (/int|decimal|year|date|time|bit/.test(type)) return `hex(concat(${column}))`;
  if (type === 'enum' || type === 'set') return `concat(hex(${column}), '#', ${column} + 0)`;
  // Of a long one that in hexadecimal would be longer than a value may be.
  if (/text|blob/.test(type)) return `sha2(${column}, 256)`;
  return `hex(${column})`;
}

export function name(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``;
}

export function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
