import type { SettingRow } from '../settings/read.ts';

/** The effective settings as an aligned table. Secrets are masked by whoever made the rows. */
export function settingsTable(rows: readonly SettingRow[]): string {
  const name = Math.max(...rows.map((row) => row.name.length));
  const origin = Math.max(...rows.map((row) => row.origin.length));
  return rows
    .map((row) => `${row.name.padEnd(name)}  ${row.origin.padEnd(origin)}  ${row.value}`.trimEnd())
    .join('\n');
}
