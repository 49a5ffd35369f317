/**
 * Freezes the filesystem at $1, says so, and thaws it as soon as it hears `release`, its stdin ends, or $2 seconds have
 * passed: so that nothing stays frozen when the caller, the connection or the node of the caller dies.
 * Exits 65 when it cannot be frozen, 66 when the time was up. The long options are those that busybox knows too.
 */
export const freezeScript = `
path=$1 limit=$2
say() { printf '%s\\n' "$1"; }
IFS= read -r first || exit 64
command -v fsfreeze >/dev/null || { say "there is no fsfreeze in the container" >&2; exit 65; }
frozen= lifeline= clock= stopped=
thaw() {
  status=$?
  trap '' TERM HUP INT
  trap - EXIT
  kill -KILL $lifeline $clock 2>/dev/null || :
  wait 2>/dev/null || :
  if [ -n "$frozen" ]; then
    if fsfreeze --unfreeze "$path"; then say "thawed=yes"; else status=67; fi
  fi
  say end
  exit "$status"
}
trap thaw EXIT
# Only noted until all children are known by number: one that is not would be waited for in vain.
trap 'stopped=yes' TERM HUP INT
exec 3<&0
frozen=maybe
fsfreeze --freeze "$path" || { frozen=; exit 65; }
( trap - EXIT; while read -r word <&3; do [ "$word" != release ] || break; done; kill -TERM $$ ) >/dev/null 2>&1 &
lifeline=$!
sleep "$limit" >/dev/null 2>&1 &
clock=$!
trap 'exit 0' TERM HUP INT
[ -z "$stopped" ] || exit 0
say "frozen=yes"
wait "$clock"
exit 66
`;

/** Thaws the filesystem at $1, which may not be frozen. Says `thawed` or `idle`. */
export const thawScript = `
command -v fsfreeze >/dev/null || { echo "there is no fsfreeze in the container" >&2; exit 65; }
if said=$(fsfreeze --unfreeze "$1" 2>&1); then echo thawed; exit 0; fi
case $said in *'nvalid argument'*) echo idle ;; *) printf '%s\\n' "$said" >&2; exit 1 ;; esac
`;

/** Writes what the filesystem at $1 has in memory to its disk. */
export const syncScript = `sync -f -- "$1" 2>/dev/null || sync`;
