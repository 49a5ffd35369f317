/** The numbers, times and words that tables have: 6,000,000 rows are about 1 GB. */
export const entriesOf = (rows: number) => `
  create table entry as
    select n as id, md5(n::text) as key, n / 7.0 as amount, timestamptz '2026-01-01' + n * interval '1 second' as at,
           'a note about ' || md5((n % 1000)::text) || ' and ' || repeat(substr(md5(n::text), 1, 5), 6) as note
    from generate_series(1, ${rows}) n`;

export const gigabyteRows = 6_000_000;
export const tinyRows = 20_000;
