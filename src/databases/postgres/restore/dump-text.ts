import { shellWord } from '../../scripts/constant.ts';
import { closing } from '../closing.ts';
import { finishedMark, unfinishedMark } from './marks.ts';

/**
 * Reads the text of a dump as psql does: statements, strings, quoted names, bodies, comments and the rows of COPY. To look
 * for a command by the beginning of a line would take a row, or a line of a function, for one. For every awk, in the C
 * locale. The variables:
 *
 * - `mode`: `beside` and `in-place` write what psql gets, see `scripts.ts`; `scan` says facts of the dump up to its first
 *   rows, as `KEY=VALUE`. Of a file of properties, `create` and `name` write what stands behind the name in CREATE DATABASE,
 *   and that name; `properties` writes the statements after that one, and `comment` the comment alone.
 * - `key`: a random word. The line `-- KEY` at the end says that the dump could be read to its end. Without it, and without
 *   the closing line of pg_dump behind the last statement, nothing is said that would make the restore count.
 * - `restricts`: whether psql knows `\restrict`, by which it takes no command of its own from what follows.
 * - `search_path`, in the environment: what the dump sets to nothing, if it is not empty.
 *
 * What psql gets is the dump, but
 * - no variable of psql can be meant by it: a colon, as in `a[1:host]`, gets a blank behind it;
 * - a setting that this server does not know, such as the `transaction_timeout` of a newer pg_dump, is left out;
 * - commands of psql end it, and the pair of `\restrict`, which an older psql does not know, is left out;
 * - beside, no constraint of a domain is dropped: the domain is not there yet, for which that statement has no IF EXISTS;
 * - in place, BEGIN and COMMIT around large objects are left out, for all is one transaction, and waiting for locks for ever.
 */
const program = String.raw`
function isword(c) { return c ~ /[A-Za-z0-9_$]/ || c > "\177" }
function literal(text) { gsub(/'/, "''", text); return "'" text "'" }

function stop(words) {
  if (mode == "scan") { fact("command", words); exit 0 }
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
}

function atStatementEnd() {
  if (isCopy && tolower(code) ~ /[^a-z0-9_$]from[ \t\r\n]+stdin([^a-z0-9_$]|$)/) {
    if (mode == "scan") exit 0
    rowsFollow = 1
    isPlain = tolower(code) ~ /stdin[ \t\r\n]*$/
  }
  if (collects) takeStatement()
  isClosed = 0
  beginning = code = ""
  isCopy = 0
}

# Whether it is about the database alone that CREATE DATABASE has made: a role, or another database, is not its property.
function isOfDatabase(text) {
  if (text ~ /^(SET SESSION AUTHORIZATION |RESET SESSION AUTHORIZATION;)/) return 1
  if (named == "") return 0
  if (text ~ /^ALTER ROLE /) {
    text = substr(text, 12)
    return index(substr(text, length(nameIn(text)) + 1), " IN DATABASE " named " ") == 1
  }
  if (match(text, /^(GRANT|REVOKE) [A-Z, ]+ ON /) || match(text, /^SECURITY LABEL FOR [A-Za-z0-9_"-]+ ON /)) text = "ON " substr(text, RLENGTH + 1)
  if (!sub(/^(ALTER|COMMENT ON|ON) DATABASE /, "", text)) return 0
  return index(text, named " ") == 1
}
# As pg_dump writes it: another template would bring all that another database has.
function createAs(options) { print options ~ /^ WITH TEMPLATE = template0[ ;]/ ? options : ";" }

function takeStatement() {
  sub(/^[ \t\r\n]+/, "", statement)
  if (statement ~ /^CREATE DATABASE /) {
    statement = substr(statement, 17)
    named = nameIn(statement)
    if (mode == "name") print named
    if (mode == "create") createAs(substr(statement, length(nameIn(statement)) + 1))
  } else if (mode == "properties" && isOfDatabase(statement)) {
    print statement
  } else if (mode == "comment" && statement ~ /^COMMENT ON DATABASE /) {
    print statement
  }
  statement = ""
}

# Goes through the line in pieces: a row of an INSERT may be very long, and has many quotes.
function lex(   rest, at, size, more, c, before) {
  size = length($0)
  rest = ""
  before = "\n"
  at = 1
  while (1) {
    if (at <= size && length(rest) < 300) { rest = rest substr($0, at, 4096); at += 4096 }
    if (rest == "") return
    more = at <= size
    if (state == "") {
      if (!match(rest, /['"$\\:;]|--|\/\*/)) RSTART = length(rest) + (more ? 0 : 1)
      if (RSTART > 1) {
        c = substr(rest, 1, RSTART - 1)
        note(c)
        put(c)
        before = substr(c, length(c) - 1)
        rest = substr(rest, RSTART)
        continue
      }
      c = substr(rest, 1, 1)
      skip = 1
      if (c == "'") {
        state = !standard || before ~ /(^|[^A-Za-z0-9_$])[eE]$/ ? "E" : "'"
      } else if (c == "\"") {
        state = c
      } else if (c == "$") {
        if (!isword(substr(before, length(before))) && match(rest, /^[$][A-Za-z_]?[A-Za-z_0-9]*[$]/) && rest !~ /^[$][0-9]/) {
          state = "$"
          tag = substr(rest, 1, RLENGTH)
          skip = RLENGTH
        }
      } else if (c == "\\") {
        stop("line " NR " of it has a command of psql: " substr(rest, 1, 40))
      } else if (c == ":") {
        if (rest ~ /^:[:=]/) skip = 2
        else if (rest ~ /^:['"{]/ || isword(substr(rest, 2, 1))) { put(": "); rest = substr(rest, 2); before = ":"; continue }
      } else if (c == ";") {
        put(c)
        rest = substr(rest, 2)
        before = c
        atStatementEnd()
        continue
      } else if (c == "-" && rest ~ /^--/) {
        if (writes) put(rest substr($0, at))
        return
      } else if (rest ~ /^\/[*]/) {
        state = "*"
        depth = 1
        skip = 2
      }
      if (state != "*" && state != "") note(" ")
      put(substr(rest, 1, skip))
      before = substr(rest, skip, 1)
      rest = substr(rest, skip + 1)
      continue
    }
    if (state == "$") {
      c = index(rest, tag)
      skip = c ? c + length(tag) - 1 : length(rest) - (more ? length(tag) : 0)
      if (c) state = ""
    } else if (state == "'" || state == "\"") {
      # A doubled one closes it and opens it again.
      c = index(rest, state)
      skip = c ? c : length(rest)
      if (c) state = ""
    } else if (state == "E") {
      if (!match(rest, /['\\]/)) skip = length(rest)
      else if (RSTART > 1) skip = RSTART - 1
      else if (substr(rest, 1, 1) == "\\" || substr(rest, 2, 1) == "'") skip = 2
      else { skip = 1; state = "" }
    } else {
      if (!match(rest, /\/[*]|[*]\//)) skip = length(rest) - (more ? 1 : 0)
      else {
        depth += substr(rest, RSTART, 1) == "/" ? 1 : -1
        skip = RSTART + 1
        if (depth == 0) state = ""
      }
    }
    put(substr(rest, 1, skip))
    before = substr(rest, skip, 1)
    rest = substr(rest, skip + 1)
  }
}

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

# What the dump says of its tables and their rows, compared with what is there.
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
}

END {
  if (mode == "scan") fact("tables", count + 0)
  if (failed || !writes) exit
  if (!isWhole || isRows || state != "" || beginning != "") exit 65
  if (!isClosed) { stop("it does not end as a dump does: it is cut short") }
  if (restricts == "yes") print "\\unrestrict " key
  if (mode == "in-place") {
    print "commit;\n\\echo restored=yes"
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
read_text() { LC_ALL=C awk -v mode="$1" -v key="$key" -v restricts="$restricts" "$text_reader"; }
`;
