import { isMark } from './marks.ts';
import { cut } from './swap.ts';
import { shellWord } from '../../scripts/constant.ts';

/**
 * For what is done to a database as a whole, which takes a connection to another one. `target` is the name of the database,
 * as psql's variable too.
 */
export const managing = `
target=$PGDATABASE maintenance=
for candidate in postgres template1; do
  if [ "$candidate" != "$target" ] && PGDATABASE=$candidate ask 'select 1' >/dev/null 2>&1; then
    maintenance=$candidate
    break
  fi
done
# SQL of ours on stdin, and variables of psql for it as arguments.
manage() {
  PGDATABASE=$maintenance psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 \\
    --command "$settled" --set target="$target" "$@" --file -
}
`;

/**
 * `find_properties FILE` sets `properties` to the SQL that makes an empty database with everything that belongs to this one
 * as a whole: owner, encoding, rights, settings. It is what pg_dump says of it: at the time of the dump, if there is a FILE of
 * this very database, else now. Sets `origin` to which of both. Needs `dumpText`.
 */
export const findProperties = `
describe_database() {
  PGDATABASE=$target pg_dump --no-password --create --schema-only --schema='*' --exclude-schema='*' </dev/null
}
is_of_target() {
  named=$(say "$properties" | read_text name) && [ -n "$named" ] || return 1
  [ "$(say "select pg_catalog.parse_ident(:'named') = array[:'target']" | manage --set named="$named" 2>/dev/null)" = t ]
}
# What all databases share has no encoding: the bytes are those of the database that they were said to. They are taken as
# they are where the one that we manage from takes them so, and else as text of the encoding that they have.
find_encoding() {
  encoding=SQL_ASCII
  if say "select :'text' = ''" | manage --set text="$properties" >/dev/null 2>&1; then return 0; fi
  encoding=\${properties#*"SET client_encoding = '"}
  encoding=\${encoding%%"'"*}
  case $encoding in *[!A-Za-z0-9_]*) encoding=SQL_ASCII ;; esac
}
give_properties() {
  say "set client_encoding = '$encoding';"
  say "$properties" | read_text properties
}
find_properties() {
  find_properties_of "$1"
  find_encoding
}
find_properties_of() {
  if [ -n "$1" ] && [ -f "$1" ]; then
    recorded=
    if [ -f "$1.sha256" ]; then read -r recorded ignored <"$1.sha256" || :; fi
    digest=$(sha256sum <"$1") || refuse "$1 cannot be read"
    [ -z "$recorded" ] || [ "\${digest%% *}" = "$recorded" ] || refuse "$1 is not what was recorded when it was made"
    properties=$(cat "$1") origin=dump
    if is_of_target; then return 0; fi
  fi
  origin=server
  properties=$(describe_database 2>/dev/null) && is_of_target && return 0
  refuse "the properties of database '$target', such as its owner and its rights, cannot be read, which a restore beside it needs (restore with <<inPlace>>): $(describe_database 2>&1 >/dev/null | tr '\\n' ' ')"
}
`;

const unfinished = `
select pg_catalog.format('drop database %I', datname) from pg_catalog.pg_database
where ${isMark("pg_catalog.shobj_description(oid, 'pg_database')")}
  and pg_catalog.shobj_description(oid, 'pg_database') like '% restore of database ' || replace(replace(replace(pg_catalog.quote_ident(:'target'), '!', '!!'), '%', '!%'), '_', '!_') escape '!'
\\gexec
`;

/** Of a restore that was killed right behind CREATE DATABASE: its name is all that it has. */
const unmarked = `
${cut}
select datname from cut, pg_catalog.pg_database
where datname ~ '^.*_restoring_[0-9]{8}t[0-9]{6}$' and left(datname, -26) = left(:'target', n)
  and pg_catalog.shobj_description(oid, 'pg_database') is null;
`;

/** Whether nobody has made anything in a database. */
const isEmpty = ['pg_class', 'pg_proc', 'pg_type', 'pg_namespace', 'pg_largeobject_metadata']
  .map((catalogue) => `not exists (select from pg_catalog.${catalogue} where oid >= 16384)`)
  .join(' and ');

/** Drops what killed restores of this database have left: only what has the mark or is empty, and what no session uses. */
export const dropUnfinished = `
drop_unfinished() {
  say ${shellWord(unfinished)} | manage || return 1
  say ${shellWord(unmarked)} | manage | while IFS= read -r name; do
    [ "$(PGDATABASE=$name ask "select ${isEmpty}")" != t ] || say 'drop database :"name"' | manage --set name="$name"
  done
}
`;
