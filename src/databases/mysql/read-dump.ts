import { eventForm } from './nameless.ts';
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
 * - `command=LINE WORDS`: one that the client would obey itself;
 * - `unusual=LINE WORDS`: one of a form that the tools do not write, which may reach out of the current database;
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
BEGIN {
  plain = "\140([^\140]|\140\140)*\140"
  # What begins with none of them the server does not take.
  verbs = "^[( ]*(ALTER|ANALYZE|BACKUP|BEGIN|BINLOG|CACHE|CALL|CASE|CHANGE|CHECK|CHECKSUM|CLONE|COMMIT|CREATE|DEALLOCATE|DECLARE|DELETE|DELIMITER|DO|DROP|EXECUTE|EXPLAIN|FLUSH|FOR|GRANT|HANDLER|IF|IMPORT|INSERT|INSTALL|KILL|LOAD|LOCK|LOOP|OPTIMIZE|PREPARE|PURGE|RELEASE|RENAME|REPAIR|REPEAT|REPLACE|RESET|RESTART|REVOKE|ROLLBACK|SELECT|SET|SHOW|SHUTDOWN|START|STOP|TABLE|TRUNCATE|UNINSTALL|UNLOCK|UPDATE|USE|VALUES|WHILE|WITH|XA)([^A-Z0-9_]|$)"
}
function unquoted(text) { gsub(/\140/, "", text); return text }
# Whether it has a form that the tools write, so that all that it changes is in the current database; of what is made, see create().
function isUsual() {
  if (upper !~ verbs) return 1
  if (upper ~ /^SET /) return upper ~ /^SET (NAMES |(@|@@SESSION[.]|@@|SESSION )?[A-Z0-9_]+ ?=)/ && upper !~ /[(\140]|GLOBAL|PERSIST|PASSWORD/
  if (upper ~ ("^(INSERT|REPLACE)( +IGNORE)? INTO " plain " ([(]\140|VALUES)")) {
    match(text, plain)
    return !(unquoted(substr(text, RSTART, RLENGTH)) in triggered)
  }
  return upper ~ ("^(DROP (TABLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|PACKAGE BODY|PACKAGE|SEQUENCE) (IF EXISTS )?" plain \
    "|LOCK TABLES " plain " WRITE|ALTER TABLE " plain " (DIS|EN)ABLE KEYS|(DO|SELECT) SETVAL[(]" plain ", ?[-0-9]+, ?[01](, ?[0-9]+)?[)]" \
    "|ALTER DATABASE " plain " CHARACTER SET [A-Z0-9_]+ COLLATE [A-Z0-9_]+|UNLOCK TABLES|COMMIT|START TRANSACTION) ?$")
}
# The same of what is made, whose kind has been taken off: an event must be one that a trial finds.
function isUsuallyMade(kind) {
  # Of a trigger the server has the words of its author, who may have quoted nothing, and named the database.
  if (upper !~ ("^(" plain (kind == "trigger" ? "|[A-Z0-9_$]+" : "") ") ?([ (]|$)")) return 0
  if (kind == "event") return leads && substr(head, 1, index(head "\n", "\n")) ~ "${eventForm}"
  if (kind == "table") return head !~ /ENGINE=(FEDERATED|SPIDER|CONNECT|MRG_M)|(DATA|INDEX) DIRECTORY=/
  if (kind != "trigger") return 1
  drop(plain "|[A-Z0-9_$]+")
  if (!drop(" (BEFORE|AFTER) (INSERT|UPDATE|DELETE) ON ") || !drop(plain "|[A-Z0-9_$]+")) return 0
  triggered[unquoted(taken)] = 1
  return upper !~ /^ ?[.]/
}
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
  if (upper ~ /^(DATABASE|SCHEMA)([ \140]|$)/) { say("elsewhere"); return }
  drop("ALGORITHM ?= ?[A-Z]+ ")
  if (drop("DEFINER ?= ?") && drop(name "( ?@ ?" name ")?")) { definer = taken; drop(" ") }
  drop("SQL SECURITY [A-Z]+ ")
  drop("AGGREGATE ")
  if (!drop("TABLE |TRIGGER |PROCEDURE |FUNCTION |EVENT |VIEW |PACKAGE BODY |PACKAGE |SEQUENCE ")) { say("unusual"); return }
  kind = tolower(substr(taken, 1, length(taken) - 1))
  made[kind]++
  drop("IF NOT EXISTS ")
  if (kind == "table") namesWithin(head, "(next|last)val[(]\140[^\140]*\140[.]\140")
  if (kind == "view") namesWithin(head, "\140[^\140]*\140[.]\140[^\140]*\140[.]\140")
  rest = text
  if (!isUsuallyMade(kind)) say("unusual")
  upper = toupper(text = rest)
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
    sub(/^[ \t\r\n]*\\- enable the sandbox mode/, "", text)
    gsub(/[ \t\r\n]+/, " ", text)
    sub(/^ /, "", text)
    whole = text
  }
  upper = toupper(text)
  if (upper !~ /^CREATE / && !isUsual()) say("unusual")
  if (drop("CREATE ")) create()
  else if (drop("(INSERT|REPLACE)( LOW_PRIORITY| DELAYED| HIGH_PRIORITY| IGNORE)*( INTO)? |(DROP|ALTER|TRUNCATE) TABLE (IF (NOT )?EXISTS )?|LOCK TABLES? |DELETE FROM |UPDATE ")) ofTable()
  else if (upper ~ /^(USE|CONNECT)[ \140]|^DROP (DATABASE|SCHEMA)[ \140]/) say("elsewhere")
  else if (upper ~ /^(SYSTEM|SOURCE|TEE|PAGER|EDIT) /) say("command")
  else if (drop("ALTER (DATABASE|SCHEMA) ")) {
    if (whole ~ /^ALTER DATABASE \140/ && drop(name) && upper ~ /^ CHARACTER SET [A-Z0-9_]+ COLLATE [A-Z0-9_]+ ?$/) altered[taken] = 1
    else if (upper !~ /^(DEFAULT|CHARACTER|CHARSET|COLLATE) ?/) say("elsewhere")
  } else if (upper ~ /^SET ([^\047]*[ ,])?(@@GLOBAL[.]|GLOBAL |@@PERSIST[.]|PERSIST |(@@|@@SESSION[.]|SESSION )?SQL_LOG_BIN)/) say("global")
}
${statements}
END {
  if (toupper(head) ~ /^(SYSTEM|SOURCE|TEE|PAGER|EDIT) /) { whole = head; say("command") }
  print "longest=" longest + 0 "\t" place + 0
  for (key in made) print "made=" key "\t" made[key]
  for (key in definers) print "definer=" definers[key] "\t" put(key) "\t" example[key]
  for (key in undetermined) print "undetermined=" put(key)
  for (key in altered) print "altered=" put(key)
  for (key in within) print "within=" put(key) "\t" within[key]
  for (key in spelled) print "spelled=" put(key) "\t" spelled[key]
  print "text=" size_
  if (commanded) print "command=" commanded "\t" put(command)
  if (byTool) print "tool=yes"
  if (longest > 0) print "read=yes"
}
`;
