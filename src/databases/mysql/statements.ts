/**
 * The beginning of an awk program that takes a dump apart into statements, as the client does that restores it: a dump's
 * text is data, and what looks like a statement may lie in a string, a comment or the body of a trigger. For each statement
 * it calls `handle()`: `head` is its beginning without comments, `bytes` its length, `first` the line that it begins on. `top()` is
 * whether the line that was just read begins outside of every statement, and `leads` whether a statement is the first on its line.
 * `commanded` is the line of a `command` that the client would obey itself, as it begins with a backslash outside of strings. `width` is set where `fold` has cut the lines: mawk
 * takes the square of the length of a line to read it, which of a row of 60 MB is half a minute. A piece of that width is
 * taken to be continued; at the end of a line that happens to be so long it makes no difference to a statement.
 *
 * - It knows strings and names, both kinds of comments, `DELIMITER`, and backslashes that are none (`NO_BACKSLASH_ESCAPES`, which a
 *   dump sets around a trigger). What is in `/*! … *\/` is executed, so it is no comment. See `add_line` in client/mysql.cc.
 * - The tools write a newline in a value as `\n`, so a line of rows can be taken as one when the dump says that it is theirs:
 *   that makes it ten to twenty times as fast, which counts with busybox.
 * - A character class of all quotes splits a line at once; to go through it by `substr` would take the square of its length.
 * - It has no apostrophe, as it is text between apostrophes in a script: `\047`. A grave accent is `\140`.
 */
export const statements = String.raw`
BEGIN {
  delimiter = ";"; quote = ""; head = ""; headLimit = 8000
  marks = "[\"\047\140\\\\]"
  name = "(\140([^\140]|\140\140)*\140|\"([^\"]|\"\")*\"|\047([^\047]|\047\047)*\047|[A-Za-z0-9_$.%-]+)"
}
function top() { return head == "" && quote == "" && !comment }
# Takes what lies before the position, as part of the statement.
function keep(to) {
  bytes += to - begin
  if (!comment && length(head) < headLimit) head = head substr($0, begin, to - begin < headLimit ? to - begin : headLimit)
  begin = to
}
function ended(text) {
  text = length(head) < 1000 ? toupper(head) : ""
  if (text ~ "( |,|@@)SQL_MODE *=") plainBackslash = index(text, "NO_BACKSLASH_ESCAPES") > 0
  if (head !~ /^[ \t\r\n]*$/) handle()
  head = ""; bytes = 0; first = line; leads = 0
}
# Code outside of strings that begins at a position; whether the rest of the line is a comment.
function outside(part, at, place, token, next_) {
  while (part != "") {
    if (comment) {
      place = index(part, "*/")
      if (!place) return 0
      at += place + 1
      part = substr(part, place + 2)
      keep(at)
      if (head != "") head = head " "
      comment = 0
      continue
    }
    if (!match(part, special)) return 0
    place = RSTART
    token = substr(part, place, RLENGTH)
    next_ = substr(part, place + RLENGTH, 1)
    at += place - 1
    if (token == delimiter) {
      keep(at)
      ended()
      begin = at + length(token)
    } else if (token == "/*") {
      if (substr(part, place) !~ /^\/[*](!|M!|[+])/) { keep(at); comment = 1 }
    } else if (token == "#" || next_ ~ /[ \t\r]/ || at + 2 > size) {
      keep(at)
      return 1
    }
    at += length(token)
    part = substr(part, place + length(token))
  }
  return 0
}
function bracketed(text, all, i, one) {
  for (i = 1; i <= length(text); i++) {
    one = substr(text, i, 1)
    all = all (one ~ /[\^\\]/ ? "\\" one : "[" one "]")
  }
  return all
}
function scan(count, i, at, skip, sign, cut) {
  size = length($0); begin = 1; cut = 0
  if (top()) {
    first = line; bytes = 0; leads = 1
    if (!glued && $0 ~ /^[Dd][Ee][Ll][Ii][Mm][Ii][Tt][Ee][Rr][ \t]/) {
      delimiter = substr($0, 11)
      gsub(/^[ \t]+|[ \t\r]+$/, "", delimiter)
      return
    }
  }
  special = "#|/[*]|--|" bracketed(delimiter)
  count = split($0, parts, marks)
  at = 1
  for (i = 1; i <= count; i++) {
    if (quote == "" && parts[i] != "" && parts[i] != "," && outside(parts[i], at)) { cut = 1; break }
    at += length(parts[i])
    if (i == count) break
    if (skip && parts[i] == "") skip = 0
    else {
      skip = 0
      sign = substr($0, at, 1)
      if (comment) {}
      else if (sign == "\\") {
        if (quote == "" && !commanded && !plainBackslash && index(substr($0, at, 40), "\\- enable the sandbox mode") != 1) { commanded = line; command = substr($0, at, 80) }
        skip = quote == "" || (quote != "\140" && !plainBackslash)
      }
      else if (quote == "") quote = sign
      else if (quote == sign) quote = ""
    }
    at++
  }
  if (!cut) keep(size + 1)
  if (quote == "" && head ~ /^[ \t\r\n]*$/) head = ""
  else if (!cutShort) { bytes++; if (length(head) < headLimit) head = head "\n" }
}
{ glued = cutShort; cutShort = width > 0 && length($0) == width; if (!glued) line++ }
# Pieces of a line are put together again, but for rows and what is too long for it.
held != "" { $0 = held $0; glued = 0; held = "" }
cutShort && !rows && length($0) < 1000000 && !(byTool && top() && substr($0, 1, 13) == "INSERT INTO \140") { held = $0; next }
line <= 2 && /^-- (MySQL|MariaDB) dump / { byTool = 1 }
byTool && (rows || (top() && !glued && substr($0, 1, 13) == "INSERT INTO \140")) {
  if (!rows) { first = line; head = substr($0, 1, headLimit); bytes = 0; rows = 1 }
  bytes += length($0)
  if (cutShort) next
  if (substr($0, length($0)) == delimiter) {
    bytes--
    ended()
    rows = 0
  } else bytes++
  next
}
{ scan() }
`;
