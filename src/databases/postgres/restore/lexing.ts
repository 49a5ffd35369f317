/**
 * Part of the program of `dump-text.ts`: `lex`, which goes through a line and knows at its end whether that lies in a string, a quoted
 * name, a body or a comment (`state`). It tells `put`, `note` and `atStatementEnd` what it has found.
 */
export const lexing = String.raw`# Goes through the line in pieces: a row of an INSERT may be very long, and has many quotes.
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
        rest = substr(rest, length(c) + 1)
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
      # To psql a comment is a blank, too.
      if (state != "") note(" ")
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
}`;
