/** Says `size=BYTES NAME` of each database, of what the user may read of it; the name as `octal.ts` has it. */
export const sizes = `
ask "
  select coalesce(sum(data_length + index_length), 0), hex(convert(table_schema using utf8mb4))
  from information_schema.tables group by table_schema" 2>/dev/null |
  while read -r bytes name; do say "size=$bytes $(octal "$name")"; done || :
`;
