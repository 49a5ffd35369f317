/**
 * Part of the program of `dump-text.ts`: `takeStatement`, which takes of a file of properties what `mode` asks for. Whoever may write to
 * the volume may have written that file: nothing is taken that is about a role, or another database.
 */
export const properties = String.raw`# Whether it is about the database alone that CREATE DATABASE has made: a role, or another database, is not its property.
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
}`;
