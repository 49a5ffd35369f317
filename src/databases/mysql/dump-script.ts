import { composeDump } from '../scripts/dump.ts';
import { looking } from './waits.ts';
import { asking, connection, historyOption, pieces } from './connection.ts';

/**
 * Of the current database, in one row: the server's limit of a statement; how many of its tables have a history, and how many
 * one of transactions instead of times, which the tool cannot dump; how many could have a row that is longer than half
 * the limit, as far as sizes tell, which of a compressed table are a fraction; and how many columns have a sequence for a
 * default.
 */
const limits = `
  /*!80000 set session information_schema_stats_expiry = 0 */;
  select @@global.max_allowed_packet,
    (select count(*) from information_schema.tables where table_schema = database() and table_type = 'SYSTEM VERSIONED'),
    (select count(*) from information_schema.columns as c join information_schema.tables as t
       on t.table_schema = c.table_schema and t.table_name = c.table_name
     where c.table_schema = database() and t.table_type = 'SYSTEM VERSIONED'
       and c.generation_expression = 'ROW START' and c.data_type = 'bigint'),
    (select count(*) from information_schema.tables
     where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED')
       and data_length * if(concat_ws(' ', row_format, create_options) like '%compressed%', 50, 1) > @@global.max_allowed_packet / 2),
    (select count(*) from information_schema.columns where table_schema = database() and column_default like '%nextval(%')`;

/** The statement of a row is a little longer than its line, as it begins on the line before. */
const measuring = `
  { size += length($0) }
  length($0) != width {
    if (size > longest) longest = size
    size = 0; before = last; last = substr($0, length($0) > 900 ? length($0) - 899 : 1)
  }
  END {
    if (longest + 4096 >= limit) printf "A row of %d bytes in the dump is longer than the server takes, whose max_allowed_packet is %d; raise that before a restore", longest, limit
    print ""
    print before
    print last
  }`;

/**
 * - A partial dump has no use for the GTIDs of the whole server, which another server would refuse, so MySQL's tool leaves
 *   them out.
 * - The tablespaces that it knows are NDB's, and to look for them takes PROCESS.
 * - A row may be as large as the protocol has it. What the server would not take back is another matter: a statement of several
 *   rows is no longer than it takes, and no value is twice as long in the dump where that could be too long. Without
 *   --hex-blob a byte of a value is one or two characters in the dump, and of most one.
 * - The rows of a table come back under LOCK TABLES, by which the server refuses a sequence that the table has for a default.
 * - The history of tables is dumped where the tool can. It fails where one table has a history of transactions.
 */
const tool = `
choose_tool() {
  tool=$dumper closing='
-- Dump completed'
  binary=--hex-blob fitting= history= locks= limit=0 measure=last_words
  limits=$(database=$2; ask "${limits}" 2>/dev/null | tail -n 1 | tr '\\t' ' ') || limits=
  case $limits in *[!0-9\\ ]*|'') ;; *) fit $limits ;; esac
}
# What the server does not take back, by lines, of which a row is one at most.
measure_lines() {
  LC_ALL=C
  export LC_ALL
  pieces | idly awk -v "width=$width" -v "limit=$limit" '${measuring}'
}
# LIMIT VERSIONED PRECISE LARGE SEQUENCES: sets options of the tool, and whether the dump is measured.
fit() {
  limit=$1
  if [ "$4" -gt 0 ] && [ "$width" -gt 0 ] && command -v awk >/dev/null 2>&1; then measure=measure_lines; fi
  if [ "$1" -lt 1052672 ]; then
    room=$(($1 - 4096))
    [ "$room" -ge 4096 ] || room=4096
    fitting=--net-buffer-length=$room
  fi
  case $character_set in utf8*|latin1|binary|ascii) [ "$4" -eq 0 ] || binary= ;; esac
  if [ "$2" -gt 0 ] && [ "$3" -eq 0 ] && knows_history; then history=--dump-history; fi
  [ "$5" -eq 0 ] || locks=--skip-add-locks
}
run_tool() {
  gtid=
  [ "$family" = mariadb ] || gtid=--set-gtid-purged=OFF
  connect "$dumper" --single-transaction --quick --routines --events --triggers --no-tablespaces \\
    --max-allowed-packet=1G $binary $fitting $history $locks $gtid -- "$2"
}
`;

/** Arguments: those of the connection, then of each dump `database` NAME FILE PARTIAL. */
export const dumpScript = composeDump({
  connection: `${connection}${asking}${historyOption}${pieces}`,
  tool,
  looking,
});
