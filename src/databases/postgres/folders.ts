/**
 * How the dump script makes a folder of pg_dump's directory format; see `DumpParts`.
 * Its digest is that of the sorted lines of `sha256sum *` in it: `sha256sum * | LC_ALL=C sort | sha256sum`.
 *
 * A folder cannot be moved over another. The old one is called FILE.previous while the new one takes its place: who
 * finds that name alone, after a kill between the two, gives it its name back.
 */
export const folders = `
# FILE
prepare_folder() {
  if [ -e "$1" ] && [ ! -d "$1" ]; then refuse "$1 is a file; choose another name for the dump folder"; fi
  [ -d "$1.previous" ] || return 0
  if [ -d "$1" ]; then rm -rf -- "$1.previous"; else mv -f -- "$1.previous" "$1"; fi
}

# In bytes, of all files in the folder where it runs. One xargs may be several runs, each with a total.
total_size() {
  ls | xargs wc -c | {
    total=0
    while read -r size name; do [ "$name" = total ] || total=$((total + size)); done
    echo "$total"
  }
}

# NAME FILE PARTIAL; sets sha256 and bytes.
make_folder() {
  file=$2 partial=$3
  hold_stops
  ( exec 3<&- </dev/null; run_tool folder "$1" ) &
  writers=$! writer=$!
  start_guard
  start_watch
  take_stops
  status=0
  wait "$writers" || status=$?
  writers=
  end_guard
  end_watch
  [ "$status" -eq 0 ] || abandon "$tool ended with exit status $status" 65
  [ -s "$partial/toc.dat" ] || abandon "$tool left no table of contents" 65
  pg_restore --list -- "$partial" >/dev/null || abandon "the dump cannot be read back: pg_restore ended with exit status $?" 65
  ( cd -- "$partial" && ls | xargs sha256sum ) >"$partial.sha256" || abandon "the digest of the dump could not be made" 65
  sha256=$(LC_ALL=C sort <"$partial.sha256" | sha256sum) || abandon "the digest of the dump could not be made" 65
  sha256=\${sha256%% *}
  bytes=$(cd -- "$partial" && total_size)
  record "$file" "$partial"
  belong "$partial" "$partial.sha256"
  sync -- "$partial"/* "$partial" "$partial.sha256" 2>/dev/null || sync
}

# FILE PARTIAL
publish_folder() {
  if [ -d "$1" ]; then mv -f -- "$1" "$1.previous" || abandon "$1 could not be moved aside" 66; fi
  if ! mv -f -- "$2" "$1"; then
    mv -f -- "$1.previous" "$1" || :
    abandon "$1 could not be put in place" 66
  fi
  publish_record "$1" "$2"
  rm -rf -- "$1.previous"
}
`;
