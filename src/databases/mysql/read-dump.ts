import { statements } from './statements.ts';

/**
 * Says what a dump asks of the server that it is restored to, as `KEY=VALUE` with tabs between several values:
 *
 * - `longest=BYTES LINE` of the longest statement, without its delimiter;
 * - `made=KIND COUNT`: tables, triggers and so on;
 * - `definer=COUNT ACCOUNT KIND NAME`, with the first that it has, as the dump quotes them;
 * - `undetermined=NAME`: a function that does not say whether it is deterministic;
 * - `altered=NAME` of a database, where a restore turns the statement to its own;
 * - `within=NAME LINE` of a database that a table is named with;
 * - `spelled=NAME LINE` of a database that the default of a column, or a view, has in it;
 * - `elsewhere=LINE WORDS`: a statement that goes to another database, or makes one;
 * - `global=LINE WORDS`: one that changes the server;
 * - `text=BYTES` of all of it, and `tool=yes` where mysqldump or mariadb-dump has made it.
 */
export const readProgram = String.raw`
function put(value) { gsub(/[\001-\037\177]/, "?", value); return value }
# Takes it off the statement, if it begins so.
function drop(form) {
  if (!match(upper, "^(" form ")")) return 0
  taken = substr(text, 1, RLENGTH)
  text = substr(text, RLENGTH + 1)
  upper = substr(upper, RLENGTH + 1)
  return 1
}
{ size_ += length($0) + 1 }
function say(key) { if (said[key]++ < 100) print key "=" first "\t" put(substr(whole, 1, 80)) }
# Of a table: whether it is named with its database.
function ofTable(database) {
  if (!drop(name)) return
  database = taken
  if (drop(" ?[.]") && !(database in within)) within[database] = first
}
# Of the default of a column, or of a view, when the server has written it out: databases, which a trial in another would not have.
function namesWithin(rest, form) {
  while (match(rest, form)) {
    taken = substr(rest, RSTART, RLENGTH)
    rest = substr(rest, RSTART + RLENGTH)
    sub(/^[^\140]*/, "", taken)
    match(taken, /^(\140[^\140]*\140)+/)
    taken = substr(taken, 1, RLENGTH)
    if (!(taken in spelled)) spelled[taken] = first
  }
}
function create(definer, kind) {
  definer = ""
  drop("OR REPLACE ")
  drop("TEMPORARY ")
  if (upper ~ /^(DATABASE|SCHEMA) /) { say("elsewhere"); return }
  drop("ALGORITHM ?= ?[A-Z]+ ")
  if (drop("DEFINER ?= ?") && drop(name "( ?@ ?" name ")?")) { definer = taken; drop(" ") }
  drop("SQL SECURITY [A-Z]+ ")
  drop("AGGREGATE ")
  if (!drop("TABLE |TRIGGER |PROCEDURE |FUNCTION |EVENT |VIEW |PACKAGE BODY |PACKAGE |SEQUENCE ")) return
  kind = tolower(substr(taken, 1, length(taken) - 1))
  made[kind]++
  drop("IF NOT EXISTS ")
  if (kind == "table") namesWithin(head, "(next|last)val[(]\140[^\140]*\140[.]\140")
  if (kind == "view") namesWithin(head, "\140[^\140]*\140[.]\140[^\140]*\140[.]\140")
  if (kind == "table") {
    ofTable()
    if (head ~ /\n  CONSTRAINT [^\n]* FOREIGN KEY /) made["foreign key"]++
    return
  }
  taken = ""
  drop(name)
  if (definer != "" && definers[definer]++ == 0) example[definer] = put(kind) "\t" put(taken)
  if (kind == "function" && head !~ /\n +(DETERMINISTIC|NO SQL|READS SQL DATA)\n/) undetermined[taken] = 1
}
function handle() {
  if (bytes > longest) { longest = bytes; place = first }
  if (rows) {
    whole = text = substr(head, 1, 500)
  } else {
    text = head
    gsub(/\/[*]M?![0-9]*|[*]\//, " ", text)
    gsub(/[ \t\r\n]+/, " ", text)
    sub(/^ /, "", text)
    whole = text
  }
  upper = toupper(text)
  if (drop("CREATE ")) create()
  else if (drop("(INSERT|REPLACE)( LOW_PRIORITY| DELAYED| HIGH_PRIORITY| IGNORE)*( INTO)? |(DROP|ALTER|TRUNCATE) TABLE (IF (NOT )?EXISTS )?|LOCK TABLES? |DELETE FROM |UPDATE ")) ofTable()
  else if (upper ~ /^(USE|CONNECT) |^DROP (DATABASE|SCHEMA) /) say("elsewhere")
  else if (drop("ALTER (DATABASE|SCHEMA) ")) {
    if (whole ~ /^ALTER DATABASE \140/ && drop(name) && upper ~ /^ CHARACTER SET [A-Z0-9_]+ COLLATE [A-Z0-9_]+ ?$/) altered[taken] = 1
    else if (upper !~ /^(DEFAULT|CHARACTER|CHARSET|COLLATE) ?/) say("elsewhere")
  } else if (upper ~ /^SET ([^\047]*[ ,])?(@@GLOBAL[.]|GLOBAL |@@PERSIST[.]|PERSIST |(@@|@@SESSION[.]|SESSION )?SQL_LOG_BIN)/) say("global")
}
${statements}
END {
  print "longest=" longest + 0 "\t" place + 0
  for (key in made) print "made=" key "\t" made[key]
  for (key in definers) print "definer=" definers[key] "\t" put(key) "\t" example[key]
  for (key in undetermined) print "undetermined=" put(key)
  for (key in altered) print "altered=" put(key)
  for (key in within) print "within=" put(key) "\t" within[key]
  for (key in spelled) print "spelled=" put(key) "\t" spelled[key]
  print "text=" size_
  if (byTool) print "tool=yes"
  if (longest > 0) print "read=yes"
}
`;
