/**
 * Whether the dump waits for a lock that another session holds, looked at now and then, and for how long it may. A dump
 * that waits holds locks itself, behind which the app's changes of tables queue up. Needs `readingBack`, and of the engine:
 *
 * - `look_at_waits`, which says nothing when it does not wait, and else one line of fields, with tabs between, as
 *   `parseWait` reads them: the first are the seconds that it has waited. It fails when it cannot ask the server. `$still`
 *   is empty when the dump has grown since it was called before.
 * - `end_sessions`, which ends what the dump may have left at the server when it is given up.
 *
 * Says `waiting=LINE` for as long as it waits, `waiting=` when it goes on, and `unanswered=SECONDS` where the server has not
 * answered for so long, and the dump not grown.
 */
export const waits = `
# Of $writer.
start_watch() {
  ( watch_waits ) </dev/null &
  watch_pid=$!
}
end_watch() { wait "$watch_pid" || :; }

tab=$(printf '\\t')
watch_waits() {
  trap - EXIT
  trap '' TERM HUP INT
  every=25 rounds=0 next=30 size= stuck= waits=
  [ "$lock_timeout" -eq 0 ] || [ "$lock_timeout" -ge 60 ] || every=5
  while kill -0 "$writer" 2>/dev/null; do
    if [ "$rounds" -ge "$next" ]; then
      next=$((rounds + every))
      judge_wait || return 0
    fi
    rounds=$((rounds + 1))
    nap
  done
  [ -z "$waits" ] || say waiting=
}

written_size() { if [ -d "$partial" ]; then du -s -k -- "$partial"; else wc -c <"$partial"; fi 2>/dev/null || :; }

# Fails when it has given up, and ended the script by USR2.
judge_wait() {
  written=$(written_size) still=
  [ "$written" != "$size" ] || still=yes
  size=$written waited=
  if found=$(look_at_waits 2>/dev/null); then
    stuck=
    [ -z "$found$waits" ] || say "waiting=$found"
    waits=$found waited=\${found%%"$tab"*}
  else
    now=$(date +%s)
    [ -n "$still" ] && [ -n "$stuck" ] || stuck=$now
    waited=$((now - stuck))
    say "unanswered=$waited"
  fi
  case $waited in '' | *[!0-9]*) return 0 ;; esac
  [ "$lock_timeout" -gt 0 ] && [ "$waited" -ge "$lock_timeout" ] || return 0
  kill -USR2 $$
  end_sessions >/dev/null 2>&1 || :
  return 1
}
`;

/** Of an engine that knows no locks. */
export const withoutWaits = `
start_watch() { :; }
end_watch() { :; }
`;

/** Exit status of the dump script when it has waited too long. */
export const waitedTooLong = 68;
