/** How the dump script ends: every way leads through `clean_up`. */
export const endings = `
lifeline= writers= unproven= stopped=
# Runs at every end, foreseen or not. No child may outlive the script: it would fall to process 1 of the container, and
# PostgreSQL as process 1 takes a stranger's end by a signal for a crash of its own and restarts, with all its sessions.
clean_up() {
  status=$?
  trap '' TERM HUP INT
  trap - EXIT
  kill $writers 2>/dev/null || :
  # KILL, as a shell may look at another signal only when its read returns.
  [ -z "$lifeline" ] || kill -KILL "$lifeline" 2>/dev/null || :
  [ -z "$writers" ] || wait $writers 2>/dev/null || :
  # Who still reads it back is at its end at once.
  [ -z "$unproven" ] || true >"$unproven" || :
  wait 2>/dev/null || :
  remove_own_partials
  exit "$status"
}
abandon() {
  say "$1" >&2
  exit "$2"
}
`;
