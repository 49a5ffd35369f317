/**
 * For a script that must end with its caller, who keeps stdin open for as long as it lives: `work` are the children to
 * be ended with it, `at_end` what is to be done then. No child may outlive the script, see the dump's.
 */
export const lifeline = `
lifeline= work= stopped=
at_end() { :; }
clean_up() {
  status=$?
  trap '' TERM HUP INT
  trap - EXIT
  kill $work 2>/dev/null || :
  # KILL, as a shell may look at another signal only when its read returns.
  [ -z "$lifeline" ] || kill -KILL "$lifeline" 2>/dev/null || :
  wait 2>/dev/null || :
  at_end
  exit "$status"
}
trap clean_up EXIT
trap 'exit 143' TERM HUP INT

watch_caller() {
  exec 3<&0
  ( trap - EXIT; while read -r ignored <&3; do :; done; kill -TERM $$ ) >/dev/null 2>&1 &
  lifeline=$!
}
`;
