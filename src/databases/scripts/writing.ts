/** One dump: the tool, the compression, and what both left, examined. Needs `packing`. */
export const writing = `
# Starts the tool and what compresses its output; both are children of this shell, which so has their exit status and
# leaves no orphan. The pipe between them has a name only until both its ends are open.
start_compressed() {
  mkfifo "$partial.pipe"
  exec 4<>"$partial.pipe"
  exec 5>"$partial.pipe" 6<"$partial.pipe" 4>&-
  rm -f -- "$partial.pipe"
  ( exec >&5 5>&- 6<&- 3<&- </dev/null; run_tool "$kind" "$name" ) &
  tool_pid=$! writers=$!
  ( exec <&6 5>&- 6<&- 3<&- >>"$partial"; pack ) &
  writer=$!
  exec 5>&- 6<&-
}

# Also of a tool that compresses by itself.
start_alone() {
  ( exec 3<&- </dev/null >>"$partial"; run_tool "$kind" "$name" ) &
  tool_pid=$! writer=$!
}

# A child is killed by the number that its start gives: no stop before the number is known.
hold_stops() { trap 'stopped=yes' TERM HUP INT; }
take_stops() {
  trap 'abandon "the dump was stopped" 143' TERM HUP INT
  [ -z "$stopped" ] || abandon "the dump was stopped" 143
}

# Of $writer.
start_guard() {
  guard_pid=
  [ "$maximum_used" -lt 100 ] || return 0
  ( guard_volume ) </dev/null &
  guard_pid=$!
}
end_guard() { [ -z "$guard_pid" ] || wait "$guard_pid" || :; }

# KIND NAME FILE PARTIAL
start() {
  kind=$1 name=$2 file=$3 partial=$4
  format_of "$file"
  choose_packer
  true >"$partial"
  true >"$partial.sha256"
  belong "$partial" "$partial.sha256"
  hold_stops
  if [ -n "$packer" ]; then start_compressed; else start_alone; fi
  writers="$tool_pid $writer" unproven=$partial
  ( digest ) </dev/null &
  digest_pid=$!
  ( prove ) </dev/null 7>&1 >/dev/null &
  proof_pid=$!
  start_guard
  start_watch
  take_stops
}

# Sets sha256 and bytes.
finish() {
  status=0 packed=0
  wait "$tool_pid" || status=$?
  if [ "$writer" != "$tool_pid" ]; then wait "$writer" || packed=$?; fi
  writers=
  # First: the end of the compression is the tool's end too, by a broken pipe.
  [ "$packed" -eq 0 ] || abandon "$packer ended with exit status $packed" 65
  [ "$status" -eq 0 ] || abandon "$tool ended with exit status $status" 65
  proof=0
  wait "$proof_pid" || proof=$?
  end_guard
  end_watch
  wait "$digest_pid" || abandon "sha256sum failed" 65
  unproven=
  bytes=$(($(wc -c <"$partial")))
  [ "$bytes" -gt 0 ] || abandon "$tool wrote an empty file" 65
  case $proof in
    0) ;;
    3) abandon "the dump cannot be read back: its compression is damaged" 65 ;;
    4) abandon "the dump is cut short: it does not end with $tool's closing line" 65 ;;
    *) abandon "the dump could not be read back: exit status $proof" 65 ;;
  esac
  read -r sha256 ignored <"$partial.sha256" || sha256=
  case $sha256 in *[!0-9a-f]* | '') abandon "the dump could not be read back for its digest" 65 ;; esac
  record "$file" "$partial"
  sync -- "$partial" "$partial.sha256" 2>/dev/null || sync
}

# FILE PARTIAL: as sha256sum says it, and reads it with -c.
record() { say "$sha256  \${1##*/}" >"$2.sha256"; }
`;
