import { shellWord } from '../../scripts/constant.ts';
import { composeRestore } from '../../scripts/restore.ts';
import { toDatabase } from '../connection.ts';
import { dumpText } from './dump-text.ts';
import { dropUnfinished, findProperties, managing } from './managing.ts';
import { beginOurs } from './transactions.ts';
import { beginSwap, dropOld, dropScratch, isFinished, mark, namesOf, oldOf } from './swap.ts';

/**
 * What both ways have. Arguments: KEY, a random word; whether psql knows `\\restrict` (`yes`); and the search path that the
 * dump is restored with, or nothing. No variable of psql is set: the dump would be read with it.
 */
const reading = `
key=$1 restricts=$2 search_path=$3
shift 3
export search_path
${dumpText}
unpack_folder() { pg_restore --clean --if-exists --exit-on-error --file=- -- "$1"; }
[ "$packing" != folder ] || command -v pg_restore >/dev/null 2>&1 || refuse "there is no pg_restore in the container, which a folder needs"
run_client() {
  exec psql --no-psqlrc --no-password --quiet --set ON_ERROR_STOP=1 --output /dev/null --file -
}
# What a role or a database may have set, and pg_dump does not set itself. A backend whose client has gone ends soon.
settle_session() {
  say "set default_transaction_read_only = off; set default_transaction_isolation = 'read committed';"
  say "set datestyle = 'ISO'; set intervalstyle = 'postgres'; set array_nulls = on;"
  say "select pg_catalog.set_config('client_connection_check_interval', '2s', false) from pg_catalog.pg_settings where name = 'client_connection_check_interval';"
}
`;

/** For whoever reads the dump: it could be read to its end. */
const finish = `printf '\\n-- %s\\n' "$key"`;

/** All in one transaction: the dump drops what it has, and makes it anew. */
export const inPlaceScript = composeRestore({
  connection: toDatabase,
  tools: ['psql', 'cat', 'awk'],
  client: `${reading}${beginOurs}
feed() {
  settle_session
  begin_ours
  read_text in-place
}
`,
  preparesOnly: true,
  finish,
});

/**
 * Into a new database, which then takes the name of the old one. Arguments besides: STAMP, the file with the properties of
 * the dumped database, and whether the old one is dropped in the end (`yes`). Says `kept=NAME` of the old one, and `restored=yes`
 * once the new one has its name.
 *
 * A kill at any step leaves the old database, under its name until the swap, and under that of `kept` from then on. What it
 * leaves besides has a mark, by which the next restore drops it; between CREATE DATABASE and its mark that is an empty one.
 */
export const besideScript = composeRestore({
  connection: toDatabase,
  tools: ['psql', 'pg_dump', 'cat', 'awk'],
  client: `${reading}
stamp=$1 properties_file=$2 drops_old=$3
shift 3
${managing}
${findProperties}
${dropUnfinished}
[ -n "$maintenance" ] || refuse "user '$PGUSER' can connect to no other database than '$target', which a restore beside it needs"
feed() {
  settle_session
  read_text beside
}
`,
  before: `
scratch= kept= made=
find_properties "$properties_file"
drop_unfinished || refuse "what a restore that was killed has left could not be dropped; another restore may be at work, or its last statement"
names=$(say ${shellWord(namesOf)} | manage --set stamp="$stamp") || refuse "the names of the new databases could not be made"
kept=\${names#*_restoring_"$stamp"
}
scratch=\${names%
"$kept"}
old=$(say ${shellWord(oldOf)} | manage)
at_end() {
  case $made in
    marked) say ${shellWord(dropScratch)} | manage --set scratch="$scratch" >&2 ;;
    # It has just been made here, and nothing is in it.
    unmarked) say 'drop database :"scratch"' | manage --set scratch="$scratch" >&2 ;;
  esac || say "database '$scratch' is left, and could not be dropped; the next restore drops it" >&2
}
trap 'stopped=yes' TERM HUP INT
if { printf 'create database :"scratch" '; say "$properties" | read_text create; } | manage --set scratch="$scratch"; then
  made=unmarked
  if say ${shellWord(mark)} | manage --set scratch="$scratch"; then made=marked; fi
fi
trap 'exit 143' TERM HUP INT
[ -z "$stopped" ] || exit 143
[ "$made" = marked ] || refuse "the new database could not be created"
say "scratch=$scratch"
PGDATABASE=$scratch
`,
  after: `
# The client ends well also when the dump in front of it has ended early.
[ "$(say ${shellWord(isFinished)} | manage --set scratch="$scratch")" = t ] || {
  say "the dump could not be read to its end, or ends in the midst of a statement" >&2
  exit 65
}
{
  say ${shellWord(beginSwap)}
  give_properties
  printf 'commit;\\n\\\\echo restored=yes\\n'
} | manage --set scratch="$scratch" --set kept="$kept" --set wait="$wait" || exit 65
made=
# From the database itself, which has that encoding, its comment becomes the bytes that it was.
[ "$encoding" = SQL_ASCII ] || say "$properties" | read_text comment | ( maintenance=$target; manage >&2 ) || :
if [ -n "$old" ]; then
  if [ "$drops_old" != yes ]; then say "kept=$kept"
  elif say ${shellWord(dropOld)} | manage --set kept="$kept" --set old="$old"; then say kept=
  else say "kept=$kept"; fi
fi
`,
  preparesOnly: true,
  finish,
});
