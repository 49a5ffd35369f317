/** Part of the program of `dump-text.ts`: `compare`, which writes what the server compares by, once all of the dump is in it. */
export const comparing = String.raw`# What the dump says of its tables and their rows, compared with what is there.
function compare(   i, names, numbers) {
  for (i = 1; i <= count; i++) if (order[i] !~ /[$]backup_ns[$]/) {
    names = names (names == "" ? "" : ",\n") literal(order[i])
    numbers = numbers (numbers == "" ? "" : ", ") tables[order[i]]
  }
  if (names == "") return
  print "select exists (select from pg_catalog.pg_language where lanname = 'plpgsql' and lanpltrusted and pg_catalog.has_language_privilege(oid, 'usage')) as compares \\gset"
  print "\\if :compares"
  print "do language plpgsql $backup_ns$"
  print "declare expected record; relation oid; kind \"char\"; counted bigint; begin"
  print "for expected in select * from unnest(array[" names "]::text[], array[" numbers "]::bigint[]) as e (name, number) loop"
  print "relation := to_regclass(expected.name);"
  print "if relation is null then raise exception 'table % of the dump is not there after it was restored', expected.name; end if;"
  print "select relkind into kind from pg_class c where oid = relation and expected.number >= 0 and not row_security_active(oid)"
  print "  and has_schema_privilege(relnamespace, 'usage') and has_table_privilege(oid, 'select')"
  print "  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = relation and d.deptype = 'e');"
  print "continue when not found or kind not in ('r', 'p');"
  print "execute format('select count(*) from %s %s', case kind when 'r' then 'only' else '' end, relation::regclass) into counted;"
  print "if counted <> expected.number then raise exception 'table % has % rows, and % in the dump', expected.name, counted, expected.number; end if;"
  print "end loop; end $backup_ns$;"
  print "\\endif"
}`;
