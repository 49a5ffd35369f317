/**
 * What the dump script writes before it is a dump, what killed ones have left of that, and how a proven dump takes the place
 * of the old one, and its record that of the old record. Takes the script's first arguments. A
 * partial file is somebody's who has its name, or `ID.partial` at the end of it, among the arguments of a process.
 */
export const partialFiles = `
directory=\${3%/*}
[ -n "$directory" ] || directory=/
id=\${4%.partial}
id=\${id##*.}
running=$(trap '' TERM HUP INT; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n') || :
runs() { case "
$running
" in *"
$1
"*) return 0 ;; *) return 1 ;; esac; }
# PARTIAL
lives() {
  owner=\${1%.partial}
  runs "$1" || runs "\${owner##*.}.partial"
}

# FILE PARTIAL
remove_dead_partials() {
  # Not even this script is among the processes: then their list proves nothing.
  lives "$2" || return 0
  for old in "$1".*.partial "$1".*.partial.pipe "$1".*.partial.sha256; do
    partial=\${old%.pipe}
    if [ -e "$old" ] && ! lives "\${partial%.sha256}"; then rm -rf -- "$old"; fi
  done
}

remove_own_partials() {
  for own in "$directory"/*".$id.partial" "$directory"/.*".$id.partial" "$directory"/*".$id.partial".* "$directory"/.*".$id.partial".*; do
    [ ! -e "$own" ] || rm -rf -- "$own"
  done
}

# FILE PARTIAL
publish() {
  mv -f -- "$2" "$1" || abandon "$1 could not be put in place" 66
  publish_record "$1" "$2"
}
publish_record() {
  mv -f -- "$2.sha256" "$1.sha256" || abandon "$1.sha256 could not be put in place" 66
}

# FILE
prepare() {
  [ ! -d "$1" ] || refuse "$1 is a folder; choose another name for the dump file"
}
`;
