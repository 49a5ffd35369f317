import { shellWord } from '../scripts/constant.ts';

/**
 * What a container may have in its environment for psql and pg_dump of its own, and would change what ours do. How a
 * connection is secured (PGSSLMODE, PGSSLROOTCERT and others) and a password file are left as they are: to take them away
 * would make it less secure.
 */
const strangers = [
  'PGOPTIONS',
  'PGSERVICE',
  'PGSERVICEFILE',
  'PGHOSTADDR',
  'PGDATABASE',
  'PGTARGETSESSIONATTRS',
  'PGLOADBALANCEHOSTS',
  'PGAPPNAME',
  'PGCLIENTENCODING',
  'PGDATESTYLE',
  'PGTZ',
  'PGGEQO',
  'PG_COLOR',
  'PG_COLORS',
  'PSQLRC',
  'PSQL_PAGER',
  'POSIXLY_CORRECT',
  'TMPDIR',
  'GZIP',
  'LANGUAGE',
];

/**
 * A role and a database may have settings of their own, on which our questions and statements must not depend. SQL_ASCII: names
 * come and go as the bytes that they are, whatever the encoding of the database that is asked.
 */
const settled = `
  set statement_timeout = 0; set search_path = pg_catalog; set standard_conforming_strings = on;
  set default_transaction_read_only = off; set default_transaction_deferrable = off; set default_transaction_isolation = 'read committed';
  set client_encoding = 'SQL_ASCII'; set client_min_messages = error; set quote_all_identifiers = off;
  set datestyle = 'ISO'; set bytea_output = 'hex'; set escape_string_warning = off`;

/** Arguments: HOST PORT, then kind and value of user and password. A kind is `container`, `literal`, or `stdin`. */
export const connection = `
unset ${strangers.join(' ')} || :
PGHOST=$1 PGPORT=$2 PGCONNECT_TIMEOUT=10
credential "$3" "$4"
PGUSER=$value
if [ -z "$PGUSER" ]; then
  [ "$4" = POSTGRES_USER ] || refuse "variable $4 of the container is empty, so there is no user to connect as; set <<postgresUser>>"
  PGUSER=postgres
fi
export PGHOST PGPORT PGUSER PGCONNECT_TIMEOUT
listen
case $5 in
  stdin) PGPASSWORD=$first ;;
  *) variable "$6"; PGPASSWORD=$value ;;
esac
if [ -n "$PGPASSWORD" ]; then export PGPASSWORD; else unset PGPASSWORD; fi
shift 6
settled=${shellWord(settled)}
# Of PGDATABASE. A question must not wait for what another session does.
ask() {
  psql --no-psqlrc --no-password --tuples-only --no-align --quiet --set ON_ERROR_STOP=1 \\
    --command "$settled; set lock_timeout = 10000" --command "$@" </dev/null
}
# Sets said to the answer, or to the words of the refusal, on one line. What the server warns of is none of both, such as of
# a collation that has changed, when somebody connects.
answer() {
  if said=$(ask "$@" 2>/dev/null); then return 0; fi
  said=$(ask "$@" 2>&1 >/dev/null | tr '\\n' ' ') || :
  return 1
}
`;

/** Takes the arguments of the connection, then kind and value of the database: `container`, `literal` or `all`. */
export const toDatabase = `
${connection}
case $1 in
  all) PGDATABASE=postgres ;;
  *) credential "$1" "$2"; PGDATABASE=$value ;;
esac
[ -n "$PGDATABASE" ] || PGDATABASE=$PGUSER
export PGDATABASE
shift 2
`;
