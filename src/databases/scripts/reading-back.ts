/** The two readers of the partial file: the proof and the digest, while it is written. Needs `formats`. */
export const readingBack = `
# All that is written to the partial file, until its writer has ended and been waited for.
follow() {
  rounds=0
  while :; do
    over=
    kill -0 "$writer" 2>/dev/null || over=yes
    idly cat || return 1
    [ -z "$over" ] || return 0
    rounds=$((rounds + 1))
    nap
    if [ "$1" = aloud ] && [ $((rounds % 50)) -eq 0 ]; then
      say "written=$(wc -c <"$partial")" >&7
      # What is on the disk already need not be waited for in the end.
      sync -- "$partial" 2>/dev/null || :
    fi
  done <"$partial"
}

# Short ones at first: a small dump is soon over.
nap() { if [ "$rounds" -lt 30 ]; then sleep 0.03 2>/dev/null || sleep 1; else sleep 0.2 2>/dev/null || sleep 1; fi; }

# Reading back gives way to the tool and the compression, and to the database; but not for ever, as at the lowest priority
# it would on CPUs that are never idle, while the app may be at rest.
if command -v nice >/dev/null 2>&1; then idly() { nice -n 5 "$@"; }; else idly() { "$@"; }; fi

# They end soon after the writer, and by themselves: a signal in their midst would leave orphans.
read_back() {
  trap - EXIT
  trap '' TERM HUP INT
  exec 3<&-
}

digest() {
  read_back
  exec 7>&1 >"$partial.sha256" 8>&1
  { follow aloud || say broken >&8; } | idly sha256sum
}

# On stdout: what is wrong with the dump that stdin has, as a line that may be empty, and its last 1000 bytes. An engine may
# have another function for it, and name it in $measure.
last_words() { echo; idly tail -c 1000; }
measure=last_words newline='
'

# Exits 3 when the compression is damaged, 4 without the closing line.
prove() {
  read_back
  ending=$({ follow silently 2>/dev/null || :; } | { expand "$format" idly 2>/dev/null || echo 'backup-ns: unreadable'; } | "$measure")
  words=\${ending%%"$newline"*}
  [ -z "$words" ] || say "warning=$words" >&7
  case $ending in
    *'backup-ns: unreadable') exit 3 ;;
    *"$closing"*) exit 0 ;;
    *) exit 4 ;;
  esac
}
`;
