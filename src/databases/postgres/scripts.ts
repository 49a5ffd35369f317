import { composeCheck } from '../scripts/check.ts';
import { composeDump } from '../scripts/dump.ts';
import { connection } from './connection.ts';
import { folders } from './folders.ts';
import { sizes } from './sizes.ts';
import { looking } from './waits.ts';
import { passwordsQuestion, rightsQuestions, serverQuestion } from './questions.ts';

const database = `
more_tools=$1
shift
case $4 in
  all) PGDATABASE=postgres ;;
  *) credential "$4" "$5"; PGDATABASE=$value ;;
esac
if [ -z "$PGDATABASE" ]; then
  [ "$5" = POSTGRES_DB ] || refuse "variable $5 of the container is empty, so there is no database to dump; set <<postgresDatabases>>"
  PGDATABASE=$PGUSER
fi
export PGDATABASE
`;

const questions = `
if [ "$4" = all ] && ! ask 'select 1' >/dev/null 2>&1; then PGDATABASE=template1; fi
if answer "${serverQuestion}"; then
  server=$said
  say "$server"
  tool=$(pg_dump --version)
  say "tool=\${tool##*PostgreSQL) }"
  rights="${rightsQuestions.before18}"
  case $server in *number=1[0-7]????*) ;; *) rights="${rightsQuestions.from18}" ;; esac
  number=0
  # NAME COMMAND: runs it with that database.
  of_database() {
    usual=$PGDATABASE PGDATABASE=$1 status=0
    shift
    "$@" || status=$?
    PGDATABASE=$usual
    return "$status"
  }
  # NAME: what cannot be read of that database.
  examine() {
    if of_database "$1" answer "$rights"; then
      [ -z "$said" ] || say "$said" | while IFS= read -r line; do say "lacks=$number $line"; done
    else
      say "closed=$number $said"
    fi
    number=$((number + 1))
  }
  case $4 in
    container) examine "$PGDATABASE" ;;
    literal)
      shift 4
      for wanted; do examine "$wanted"; done
      ;;
    all)
      set -f
      for line in $server; do
        # The full stop keeps a line feed that the name may end with.
        case $line in name=*) name=$(printf '%b.' "\${line#*=}"); examine "\${name%.}" ;; esac
      done
      ;;
  esac
else
  say "refused=$said"
fi
`;

/**
 * Arguments: those of the connection, MORE_TOOLS (words), FILE PREFIX SUFFIX, then kind and value of the database, of a
 * list all values. A kind is `container`, `literal` or `all`; for `all`, a database is asked that is there to connect to.
 * Says `closed=N WORDS` of the Nth database that it may not connect to, and `lacks=N KIND COUNT NAMES`, see `questions.ts`.
 */
export const checkScript = composeCheck({
  connection: `${connection}${database}`,
  tools: ['pg_dump', 'psql'],
  questions,
  sizes,
  closing: `say "user=$PGUSER"\nsay "database=$PGDATABASE"`,
});

const tool = `
jobs=$1
shift
# The time limits that a role or a database has: pg_dump lifts them only after its first questions, and pg_dumpall does not.
# A transaction that is serializable, deferrable and read-only waits for all others before it begins. Where these options do not get through, such as through a pooler, it goes without.
are_lifted=
lift_limits() {
  [ -z "$are_lifted" ] || return 0
  are_lifted=yes PGOPTIONS='-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0'
  PGOPTIONS="$PGOPTIONS -c default_transaction_deferrable=off"
  export PGOPTIONS
  ask 'select 1' >/dev/null 2>&1 || unset PGOPTIONS
}
choose_tool() {
  case $1 in
    globals)
      tool=pg_dumpall closing='PostgreSQL database cluster dump complete' passwords= through=$2
      unset PGCLIENTENCODING
      # Names of roles have the encoding of the database that is asked, and come back by way of this one.
      if PGDATABASE=postgres ask 'select 1' >/dev/null 2>&1; then through=postgres; fi
      may=$(ask "${passwordsQuestion}" --dbname "$through") || abandon "psql ended with exit status $?" 65
      [ "$may" = t ] || passwords=--no-role-passwords
      ;;
    *)
      tool=pg_dump closing='PostgreSQL database dump complete'
      # Not an argument, where a name with = in it would be taken for more than a name.
      PGDATABASE=$2
      export PGDATABASE
      lift_limits
      # Of its own encoding, whatever it has set for its clients.
      if said=$(ask 'show server_encoding' 2>/dev/null); then export PGCLIENTENCODING="$said"; else unset PGCLIENTENCODING; fi
      ;;
  esac
}
# Its library compresses faster than gzip, and without a pipe between. Of zstd and lz4 it knows from version 16 on (those
# before 15 take the words for 0), if it was built so: it looks at that before it looks for a server.
packs_itself() {
  [ "$tool" = pg_dump ] || return 1
  case $1 in gzip) compress=$level; return 0 ;; esac
  compress=$1:$level
  major=$(pg_dump --version) major=\${major##*PostgreSQL) }
  major=\${major%%[!0-9]*}
  [ "\${major:-0}" -ge 16 ] || return 1
  said=$(LC_ALL=C PGHOST=/dev/null pg_dump --no-password --compress="$compress" --schema-only 2>&1 </dev/null) || :
  case $said in *'/dev/null'*) ;; *) return 1 ;; esac
}
# Its own limit is for a dump that this script does not watch any more; it also ends one that is killed, in time.
run_tool() {
  call_us
  patience=
  [ "$lock_timeout" -eq 0 ] || patience=--lock-wait-timeout=$(((lock_timeout + 30) * 1000))
  case $1 in
    folder) exec pg_dump --no-password $patience --format=directory --jobs="$jobs" --compress="$level" --file="$partial" ;;
    # Of a database without any content nothing is left but itself, with all that belongs to it as a whole.
    properties) exec pg_dump --no-password $patience --format=plain --create --schema-only --schema='*' --exclude-schema='*' ;;
    globals) exec pg_dumpall --no-password --globals-only --database="$through" $passwords ;;
    *) exec pg_dump --no-password $patience --format=plain --clean --if-exists \${by_itself:+"--compress=$compress"} ;;
  esac
}
`;

/**
 * Arguments: those of the connection, JOBS, those of every dump, then KIND NAME FILE PARTIAL of each: `database`, `folder` or
 * `properties` and the name of the database, or `globals` and the connection string of a database to ask.
 */
export const dumpScript = composeDump({ connection, tool, folders, looking });
