/** In psql, what the transaction of a restore in place is. */
const ours = 'backup_ns_transaction';

/**
 * For a restore in place, what psql gets before the dump: all is one transaction, which is noted, and told as
 * `transaction=ID`. Nothing behind it is committed by itself, should that transaction be over.
 */
export const beginOurs = `
begin_ours() {
  say "begin; set local lock_timeout = '\${wait}s';"
  say 'select pg_catalog.txid_current() as ${ours} \\gset'
  say '\\echo transaction=:${ours}'
  say '\\set AUTOCOMMIT off'
}
`;

/**
 * Part of the program of `dump-text.ts`. `watch` is told the text of statements outside of strings, names and comments, before psql gets
 * it, and stops at what would end the transaction, however that is spelled: psql runs what it has at its end, so it must not even get
 * the word. A PREPARE of a statement is none, nor is a SAVEPOINT; ROLLBACK TO would only throw away rows, and no dump has it.
 * Beside, nothing is lost by a COMMIT, and ROLLBACK would take back what is taken for restored.
 *
 * END is also the end of a function's body that begins with BEGIN ATOMIC: at the beginning of a statement it ends that, as no CASE
 * reaches behind a semicolon.
 */
export const transactions = String.raw`function squeezed(text) { gsub(/[ \t\r\n\f\v]+/, " ", text); return tolower(text) }

function watch(text) {
  if (length(head) < 60) {
    head = substr(squeezed(head text), 1, 120)
    sub(/^ /, "", head)
  }
  if (!inBody && head ~ /^create (or replace )?(function|procedure) /) findBody(text)
  if (inBody && head ~ /^end([^a-z0-9_$]|$)/) { inBody = 0; head = "its " head }
  if (match(head, /^(rollback|abort|prepare transaction)([^a-z0-9_$]|$)/)) refuseEnd(head)
  if (match(head, /^(commit|end)([^a-z0-9_$]|$)/) && isInPlace) refuseEnd(head)
}

function refuseEnd(text,   word) {
  word = text
  if (match(word, /[^a-z]/)) word = substr(word, 1, RSTART - 1)
  stop("line " NR " of it has " toupper(word) ", " (isInPlace ? "which would end the one transaction of a restore in place" : "which takes back what was restored"), "ends")
}

# What stands in brackets is no body.
function findBody(text,   at) {
  outline = squeezed(outline text)
  while (gsub(/[(][^()]*[)]/, " ", outline)) continue
  outline = squeezed(outline)
  if (!match(outline, /[^a-z0-9_$.(]begin atomic([^a-z0-9_$]|$)/)) return
  at = index(outline, "(")
  if (at && at < RSTART) return
  inBody = 1
  head = substr(outline, RSTART + RLENGTH)
  outline = ""
}

# Whether it is still ours is asked of the server.
function commitOurs() {
  print "select pg_catalog.txid_current() operator(pg_catalog.<>) :${ours} as backup_ns_is_over \\gset"
  print "\\if :backup_ns_is_over"
  print "select pg_catalog.int4in('the dump has ended the transaction of the restore');"
  print "\\else\ncommit;\n\\echo restored=yes\n\\endif"
}`;
