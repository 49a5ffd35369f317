import { shellWord } from '../../scripts/constant.ts';
import { closing } from '../closing.ts';
import { comparing } from './comparing.ts';
import { lexing } from './lexing.ts';
import { finishedMark, unfinishedMark } from './marks.ts';
import { properties } from './properties.ts';
import { transactions } from './transactions.ts';

/**
 * Reads the text of a dump as psql does: statements, strings, quoted names, bodies, comments and the rows of COPY. To look
 * for a command by the beginning of a line would take a row, or a line of a function, for one. For every awk, in the C
 * locale. `lexing`, `properties`, `transactions` and `comparing` are parts of it. The variables:
 *
 * - `mode`: `beside` and `in-place` write what psql gets, see `scripts.ts`; `scan` says facts of the dump up to its first
 *   rows, as `KEY=VALUE`. Of a file of properties, `create` and `name` write what stands behind the name in CREATE DATABASE,
 *   and that name; `properties` writes the statements after that one, and `comment` the comment alone.
 * - `key`: a random word. The line `-- KEY` at the end says that the dump could be read to its end. Without it, and without
 *   the closing line of pg_dump behind the last statement, nothing is said that would make the restore count.
 * - `way`: of `scan`, how the dump is to be restored.
 * - `restricts`: whether psql knows `\restrict`, by which it takes no command of its own from what follows.
 * - `search_path`, in the environment: what the dump sets to nothing, if it is not empty.
 *
 * What psql gets is the dump, but
 * - no variable of psql can be meant by it: a colon, as in `a[1:host]`, gets a blank behind it;
 * - a setting that this server does not know, such as the `transaction_timeout` of a newer pg_dump, is left out;
 * - commands of psql end it, and the pair of `\restrict`, which an older psql does not know, is left out;
 * - beside, no constraint of a domain is dropped: the domain is not there yet, for which that statement has no IF EXISTS;
 * - in place, BEGIN and COMMIT around large objects are left out, for all is one transaction, and waiting for locks for ever;
 *   whatever else would end that transaction ends the restore.
 */
const program = String.raw`
function isword(c) { return c ~ /[A-Za-z0-9_$]/ || c > "\177" }
function literal(text) { gsub(/'/, "''", text); return "'" text "'" }

function stop(words, about) {
  if (mode == "scan") { fact(about == "" ? "command" : about, words); exit 0 }
  print words | "cat >&9"
  close("cat >&9")
  failed = 1
  exit 65
}
function fact(key, value) { gsub(/[\r\n]/, " ", value); print key "=" value }

# The name that a text begins with, as it is written.
function nameIn(text,   name) {
  name = ""
  while (match(text, /^("([^"]|"")+"|[^" .(;\t]+)/)) {
    name = name substr(text, 1, RLENGTH)
    text = substr(text, RLENGTH + 1)
    if (substr(text, 1, 1) != ".") return name
    name = name "."
    text = substr(text, 2)
  }
  return ""
}

# What psql gets of the line.
function put(text) {
  if (writes) printf "%s", text
  else if (collects) statement = statement text
}

# The text of a statement outside of strings, names and comments: its beginning, and all of a COPY.
function note(text) {
  if (length(beginning) < 20) {
    beginning = beginning substr(text, 1, 40)
    sub(/^[ \t\r\n]+/, "", beginning)
    isCopy = tolower(beginning) ~ /^copy([^a-z0-9_$]|$)/
  }
  if (isCopy) code = code text
  if (writes || mode == "scan") watch(text)
}

function atStatementEnd() {
  if (isCopy && tolower(code) ~ /[^a-z0-9_$]from[ \t\r\n]+stdin([^a-z0-9_$]|$)/) {
    if (mode == "scan") exit 0
    rowsFollow = 1
    isPlain = tolower(code) ~ /stdin[ \t\r\n]*$/
  }
  if (collects) takeStatement()
  isClosed = 0
  beginning = code = head = outline = ""
  isCopy = 0
}

${transactions}

${properties}

${lexing}

# A line on which a statement begins. Returns whether that was all of it.
function begins(   name, value) {
  if ($0 ~ /^\\(un)?restrict [A-Za-z0-9]+$/) return 1
  if ($0 == "-- " key) { isWhole = 1; return 1 }
  if ($0 == "-- ${closing}") isClosed = 1
  if ($0 ~ /^SET [a-z_]+ = ('[^'\\]*'|[A-Za-z0-9_.]+);$/) {
    name = $2
    value = substr($0, index($0, "=") + 2)
    value = substr(value, 1, length(value) - 1)
    gsub(/'/, "", value)
    if (name == "standard_conforming_strings") standard = value == "on"
    if (mode == "in-place" && name == "lock_timeout") return 1
    if (writes) put("select pg_catalog.set_config('" name "', '" value "', false) from pg_catalog.pg_settings where name = '" name "';\n")
    return 1
  }
  if ($0 == "SELECT pg_catalog.set_config('search_path', '', false);" && writes && ENVIRON["search_path"] != "") {
    put("select pg_catalog.set_config('search_path', " literal(ENVIRON["search_path"]) ", false);\n")
    return 1
  }
  if (mode == "in-place" && ($0 == "BEGIN;" || $0 == "COMMIT;")) return 1
  if (mode == "beside" && $0 ~ /^ALTER DOMAIN .* DROP CONSTRAINT IF EXISTS .*;$/) return 1
  if ($0 ~ /^COPY /) target = nameIn(substr($0, 6))
  if ($0 ~ /^CREATE (UNLOGGED |FOREIGN )?TABLE /) {
    value = $0
    sub(/^CREATE (UNLOGGED |FOREIGN )?TABLE /, "", value)
    expect(nameIn(value))
  }
  if (mode == "scan") scan()
  return 0
}

function expect(name) { if (name ~ /[.]/ && !(name in tables)) { tables[name] = -1; order[++count] = name } }

function scan() {
  if ($0 ~ /^-- Dumped by pg_dump version /) fact("dumper", substr($0, 30))
  if ($0 ~ /^CREATE EXTENSION /) fact("extension", nameIn(substr($0, $0 ~ /^CREATE EXTENSION IF NOT EXISTS / ? 32 : 18)))
  if (match($0, / OWNER TO [^;]*;$/)) fact("owner", substr($0, RSTART + 10, RLENGTH - 11))
  if ($0 ~ /^INSERT INTO /) exit 0
}

BEGIN {
  standard = 1
  state = ""
  writes = mode == "beside" || mode == "in-place"
  isInPlace = mode == "in-place" || way == "in-place"
  collects = mode == "create" || mode == "name" || mode == "properties" || mode == "comment"
  if (writes && restricts == "yes") print "\\restrict " key
}

isRows {
  if ($0 == "\\." || $0 == "\\.\r") {
    isRows = 0
    if (target != "" && isPlain) { expect(target); if (target in tables) tables[target] = (tables[target] < 0 ? 0 : tables[target]) + rows }
  } else rows++
  if (writes) print
  next
}

{
  if (state == "" && beginning == "") {
    if (begins()) next
    # Between its statements pg_dump connects.
    if (collects && $0 ~ /^\\(connect|encoding) /) next
  }
  lex()
  put("\n")
  if (state == "") note("\n")
  if (rowsFollow) {
    if (beginning != "") stop("line " NR " of it has something behind a COPY, which cannot be understood")
    rowsFollow = rows = 0
    isRows = 1
  }
}

${comparing}

END {
  if (mode == "scan") fact("tables", count + 0)
  if (failed || !writes) exit
  if (!isWhole || isRows || state != "" || beginning != "") exit 65
  if (!isClosed) { stop("it does not end as a dump does: it is cut short") }
  if (restricts == "yes") print "\\unrestrict " key
  if (mode == "in-place") {
    commitOurs()
    exit 0
  }
  print "reset session authorization; reset role; set client_min_messages = error; commit;"
  print "set search_path = pg_catalog; set standard_conforming_strings = on; set statement_timeout = 0; set row_security = on;"
  compare()
  print "select pg_catalog.format('comment on database %I is %L', datname, '${finishedMark}' || substr(said, ${unfinishedMark.length + 1}))"
  print "from (select datname, pg_catalog.shobj_description(oid, 'pg_database') as said from pg_catalog.pg_database where datname = current_database()) as own"
  print "where said like '${unfinishedMark}%' \\gexec"
}
`;

/**
 * `read_text MODE`: awk with that program, as a function of the shell, of which `key` and `restricts` are variables. What it
 * says for people goes to descriptor 9: the end of a pipe has words of its own.
 */
export const dumpText = `
exec 9>&2
text_reader=${shellWord(program)}
read_text() { LC_ALL=C awk -v mode="$1" -v way="\${way:-}" -v key="$key" -v restricts="$restricts" "$text_reader"; }
`;
