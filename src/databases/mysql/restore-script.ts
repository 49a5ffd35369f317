import { composeRestore } from '../scripts/restore.ts';
import { allRows, asking, octal, toDatabase } from './connection.ts';
import { namelessProgram } from './nameless.ts';
import { keptOfName, trialName } from './trial.ts';

/**
 * - A DROP TABLE would wait for a day, or a year, for a session that somebody left open.
 * - Its own arguments are `nameless` for a dump that turns databases to another collation, which names them, and the time
 *   that a new database is named by in which the dump is tried first (nothing, and there is no trial), and in hex what the
 *   client says in the end.
 */
const client = `
naming=$1 stamp=$2 said_in_the_end=$3
shift 3
case $said_in_the_end in *[!0-9a-f]* | '') refuse "this is no text in hex: $said_in_the_end" ;; esac
trial=
feed() {
  printf 'set lock_wait_timeout = %d, innodb_lock_wait_timeout = %d, autocommit = 1, ${allRows};\\n' "$wait" "$wait"
  case $naming$trial in
    plain) cat ;;
    *) LC_ALL=C awk -v trial="$trial" '${namelessProgram}' ;;
  esac
}
run_client() {
  connect "$client" --batch --skip-column-names --max-allowed-packet=1G "--database=$database"
}
command -v "$client" >/dev/null 2>&1 || refuse "there is no $client in the container"
[ "$naming$stamp" = plain ] || command -v awk >/dev/null 2>&1 || refuse "there is no awk in the container, which reads the dump"
`;

/** The table in the new database that says that it is ours, and once the dump is in it, that. */
const marker = 'backup_ns_restoring';

/** Of a database whose name is in hex, as UTF-8. There is no prepared USE, so its client is given the name. */
const onDatabase = `
# HEX SQL, with %s in the place of its name.
on_database() {
  ask "set lock_wait_timeout = 60; set @name = convert(0x$1 using utf8mb4); set @name = concat('\\\`', replace(@name, '\\\`', '\\\`\\\`'), '\\\`'); set @text = replace('$2', '%s', @name); prepare of_trial from @text; execute of_trial"
}
`;

/**
 * What an earlier trial has left that was killed: of this database by its name, and with our table, or still without any.
 * Then the new database, the dump in it, without its events, and the line in our table that the client writes behind a
 * dump that could be read to its end.
 */
const trial = `
case $stamp in *[!0-9t]*) refuse "this is no time: $stamp" ;; esac
made=
at_end() {
  [ -z "$made" ] || on_database "$made" 'drop database %s' >&2 ||
    say "database '$scratch', in which the dump was tried, is left; drop it, or restore again" >&2
}
if [ -n "$stamp" ]; then
  ask "
    select hex(convert(schema_name using utf8mb4)) from information_schema.schemata
    where right(schema_name, ${trialName.length + 15}) regexp '^${trialName}[0-9]{8}t[0-9]{6}'
      and binary left(schema_name, char_length(schema_name) - ${trialName.length + 15}) = binary left(database(), ${keptOfName})
      and (exists (select 1 from information_schema.tables where table_schema = schema_name and table_name = '${marker}')
        or not exists (select 1 from information_schema.tables where table_schema = schema_name)
          and not exists (select 1 from information_schema.routines where routine_schema = schema_name)
          and not exists (select 1 from information_schema.events where event_schema = schema_name))" |
    while read -r left; do on_database "$left" 'drop database %s'; done >&2
  hex=$(ask "select hex(convert(concat(left(database(), ${keptOfName}), '${trialName}$stamp') using utf8mb4))" | tail -n 1)
  case $hex in *[!0-9A-F]* | '') refuse "the name of a new database, to try the dump in, could not be made" ;; esac
  encoded=$(ask "select hex(convert(convert(0x$hex using utf8mb4) using $character_set))" | tail -n 1)
  scratch=$(printf '%b' "$(octal "$encoded")")
  trap 'stopped=yes' TERM HUP INT
  collation=$(ask "select concat(@@character_set_database, ' collate ', @@collation_database)" | tail -n 1)
  ! on_database "$hex" "create database %s character set $collation" >&2 || made=$hex
  trap 'exit 143' TERM HUP INT
  [ -z "$stopped" ] || exit 143
  [ -n "$made" ] || refuse "a new database, to try the dump in, could not be made"
  on_database "$made" 'create table %s.${marker} (state varchar(20) primary key)' >&2 || refuse "the new database '$scratch' could not be marked"
  wanted=$database trial=yes
  database=$scratch
  finish() { printf '\\ninsert into ${marker} values (0x66696E6973686564);\\n'; }
  load >/dev/null || refuse "on trial, in a new database, the dump could not be restored"
  [ "$(on_database "$made" 'select count(*) from %s.${marker}' | tail -n 1)" = 1 ] || refuse "on trial, in a new database, the dump could not be read to its end"
  on_database "$made" 'drop database %s' >&2 || refuse "database '$scratch', in which the dump was tried, could not be dropped"
  made= trial= database=$wanted
  say tried=yes
  finish() { give_finale; }
fi
`;

export const restoreScript = composeRestore({
  connection: `${toDatabase}${asking}${octal}${onDatabase}`,
  tools: ['cat'],
  client: `${client}
# In hex, without quotes, whose meaning is a setting. With a random word: the dump can have the client say anything else.
give_finale() { printf '\\nselect convert(0x%s using utf8mb4);\\n' "$said_in_the_end"; }
`,
  finish: 'give_finale',
  before: trial,
});
