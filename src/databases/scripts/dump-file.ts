import { folderDigest } from './folder-digest.ts';
import { formats } from './formats.ts';
import { lifeline } from './lifeline.ts';
import { preamble } from './preamble.ts';
import { tooFull, volume } from './volume.ts';

/** Sets recorded to the digest in the record, or to nothing: whatever else lies there is not repeated. */
const readRecord = `
read_record() {
  recorded=$(dd bs=64 count=1 <"$file.sha256" 2>/dev/null | tr -d '\\0') || recorded=
  case $recorded in *[!0-9a-f]*) recorded= ;; esac
  [ "\${#recorded}" -eq 64 ] || recorded=
}
`;

/**
 * Says what a dump file is like; it changes nothing. What is wrong with a damaged one, who reads it says on stderr. Arguments: FILE, `yes` if its record is believed, what its
 * last 1000 bytes contain when it is complete, and patterns of grep: how many lines match each of them is said too.
 *
 * A record was written when the dump was proven: where it is believed, has that digest, and no lines are to be counted,
 * the dump is not undone to look at its end, which takes longest. Nor is its digest made where FILE is proven later (`later`
 * instead of `yes`): what is said of it then is what its record says.
 */
export const inspectScript = `
${preamble}
${folderDigest}
${formats}
${readRecord}
listen
trap 'exit 143' TERM HUP INT
file=$1 believes=$2 closing=$3
shift 3
recorded=
directory=\${file%/*}
[ -n "$directory" ] || directory=/
format_of "$file"

say "now=$(date +%s)"
[ ! -d "$directory" ] || say "space=$(df -P -k "$directory" | tail -n 1)"
digest_of_file() {
  if [ "$believes" = later ] && [ -n "$recorded" ] && [ "$1" -eq 0 ]; then say "$recorded"
  elif [ -d "$file" ]; then folder_digest "$file"
  else sha256sum <"$file"; fi
}
record() {
  say "modified=$(stat -c %Y "$file" 2>/dev/null || date -r "$file" +%s)"
  if [ -f "$file.sha256" ]; then
    read_record
    say "recorded=$recorded"
  fi
}
if [ -f "$file/toc.dat" ]; then
  record
  say folder=pg_dump
  blocks=$(du -s -k -- "$file")
  say "bytes=$((\${blocks%%[!0-9]*} * 1024))"
  digest=$(digest_of_file 0)
  say "sha256=\${digest%% *}"
  if pg_restore --list -- "$file" >/dev/null 2>&1; then say ending=complete; else say ending=damaged; fi
elif [ -d "$file" ]; then
  say folder=
elif [ ! -f "$file" ]; then
  say missing=
elif [ ! -r "$file" ]; then
  say "unreadable=$(id -un 2>/dev/null || id -u)"
else
  record
  say "bytes=$(wc -c <"$file")"
  digest=$(digest_of_file $#)
  say "sha256=\${digest%% *}"
  ! is_archive "$file" || format=archive
  say "packing=$format"
  if can_expand "$format"; then
    # Only here it may say what is wrong with it.
    if [ -n "$believes" ] && [ $# -eq 0 ] && [ "\${digest%% *}" = "$recorded" ]; then ending=$closing
    else ending=$({ expand_file "$format" "$file" || echo 'backup-ns: unreadable'; } | tail -c 1000)
    fi
    case $ending in
      *'backup-ns: unreadable') say ending=damaged ;;
      *"$closing"*) say ending=complete ;;
      *) say ending=cut ;;
    esac
    # Most dumps match none of them, which one reading tells.
    count() { expand_file "$format" "$file" 2>/dev/null | LC_ALL=C grep -c "$@" || :; }
    any=0
    if [ $# -gt 1 ]; then
      all=
      for pattern; do all="$all$pattern
"; done
      any=$(count -e "\${all%?}")
    fi
    for pattern; do
      if [ $# -gt 1 ] && [ "$any" = 0 ]; then say matching=0; else say "matching=$(count -e "$pattern")"; fi
    done
  else
    case $format in archive) say program=pg_restore ;; *) say "program=$format" ;; esac
    say ending=unknown
  fi
fi
echo end
`;

/**
 * Writes FILE to stdout, and on stderr what it is: `recorded=` with the digest of its record, `size=`, and when all is
 * written `bytes=`, `sha256=` where there is no record, and `end`. Refuses a file without a record unless $2 is
 * `unchecked`. Of a folder of pg_dump, whose record it checks itself, it makes a tar, and says `packed=` with the SHA-256 of
 * another one that it makes: they are the same when nothing has changed meanwhile.
 */
export const downloadScript = `
${preamble}
${lifeline}
${folderDigest}
${readRecord}
listen
file=$1
[ -f "$file/toc.dat" ] || [ ! -d "$file" ] || refuse "$file is a folder, and none of pg_dump"
[ -e "$file" ] || refuse "there is no file $file"
[ -f "$file" ] || [ -d "$file" ] || refuse "$file is not a file that can be sent"
[ -r "$file" ] || refuse "user $(id -un 2>/dev/null || id -u) may not read $file"
recorded=
if [ -f "$file.sha256" ]; then read_record; fi
[ -n "$recorded" ] || [ "$2" = unchecked ] || refuse "there is no record $file.sha256 to check it against; dump it anew, or take it as it is with <<unchecked>>"
watch_caller
abandon() { say "$1" >&2; exit 65; }
say "recorded=$recorded" >&2
if [ -d "$file" ]; then
  command -v tar >/dev/null 2>&1 || refuse "there is no tar in the container, which makes one file of the folder"
  digest=$(folder_digest "$file")
  [ -z "$recorded" ] || [ "\${digest%% *}" = "$recorded" ] || abandon "it is not what was recorded when it was made"
  directory=\${file%/*}
  pack() { exec tar -c -f - -C "\${directory:-/}" -- "\${file##*/}"; }
  ( exec 3<&-; pack ) &
  work=$!
  wait "$work" || abandon "tar has failed"
  work=
  digest=$(pack | sha256sum)
  say "packed=\${digest%% *}" >&2
  echo end >&2
  exit 0
fi
say "size=$(wc -c <"$file")" >&2
cat <"$file" 3<&- &
work=$!
status=0
wait "$work" || status=$?
work=
[ "$status" -eq 0 ] || exit 65
say "bytes=$(wc -c <"$file")" >&2
if [ -z "$recorded" ]; then
  digest=$(sha256sum <"$file")
  say "sha256=\${digest%% *}" >&2
fi
echo end >&2
`;

/**
 * Writes what follows the first line of stdin to FILE, a new one, and says what has arrived. Arguments: FILE, how many percent
 * of the volume may be used, and how many bytes are to come, 0 if that is not known: it refuses what has no place there.
 * Exits 67 when the volume becomes too full.
 */
export const uploadScript = `
${preamble}
${lifeline}
${volume}
listen
file=$1 maximum_used=$2 size=$3
directory=\${file%/*}
[ -n "$directory" ] || directory=/
look_at_volume
blocks=$((used_blocks + free_blocks)) wanted=$((used_blocks + size / 1024))
[ -z "$used" ] || [ $((wanted * 100)) -le $((blocks * maximum_used)) ] ||
  refuse "with it the volume would be $((wanted * 100 / blocks)) % full, more than the $maximum_used % of <<maximumUsed>>; free some space or enlarge the volume"
umask 077
find_owner
set -C
true >"$file"
set +C
# Not before: what is there already is not ours.
at_end() { [ "$status" -eq 0 ] || rm -f -- "$file"; }
belong "$file"
trap 'exit ${tooFull}' USR1
exec 4<&0
cat <&4 >"$file" &
work=$! writer=$!
exec 4<&-
guard=
if [ "$maximum_used" -lt 100 ]; then
  ( guard_volume ) </dev/null &
  guard=$!
fi
wait "$work" || exit 65
work=
[ -z "$guard" ] || wait "$guard" || :
sync -- "$file" 2>/dev/null || sync
say "bytes=$(wc -c <"$file")"
digest=$(sha256sum <"$file")
say "sha256=\${digest%% *}"
echo end
`;

/** Says `has=FORMAT` of each of the formats that a program of the container reads. */
export const readableScript = `
${preamble}
${formats}
listen
for wanted; do if can_expand "$wanted"; then say "has=$wanted"; fi; done
echo end
`;

/**
 * Removes FILE, once nobody writes it any more: a process has `sending FILE` among its arguments, and may be about to make it. Five
 * seconds are far more than it goes on without its caller.
 */
export const removeScript = `
${preamble}
listen
is_written() {
  case "
$(trap '' TERM HUP INT; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n')
" in *"
sending $1
"*) return 0 ;; *) return 1 ;; esac
}
tries=0
while [ "$tries" -lt 50 ] && is_written "$1"; do
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || { sleep 1; tries=$((tries + 9)); }
done
rm -f -- "$1"
echo end
`;
