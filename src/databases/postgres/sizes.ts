/** Says `size=BYTES NAME` of each database that the user may connect to; the name as `octal.ts` has it. */
export const sizes = `
ask "
  select 'size=' || pg_database_size(oid) || ' ' || (
    select string_agg(chr(92) || '0' || (byte / 64)::text || (byte / 8 % 8)::text || (byte % 8)::text, '' order by place)
    from (select place, get_byte(textsend(datname::text), place) as byte
          from generate_series(0, length(textsend(datname::text)) - 1) as place) as one)
  from pg_catalog.pg_database
  where datallowconn and not datistemplate and has_database_privilege(oid, 'connect')" 2>/dev/null || :
`;
