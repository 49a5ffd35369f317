/**
 * The volume that a dump is written to: whom its files belong to, and how full it is. Of $directory, up to $maximum_used
 * percent of which may be used. A dump must not take the space that the database lives of.
 */
export const volume = `
# Sets belongs_to. A folder of the server's is read by others as its owner, such as pg_basebackup, who end at a file that they
# may not read; and only root can give files away.
find_owner() {
  belongs_to=
  [ "$(id -u 2>/dev/null)" = 0 ] || return 0
  set -f
  set -- $(LC_ALL=C ls -ldn "$directory" 2>/dev/null) || :
  set +f
  case \${3-x}\${4-x} in *[!0-9]*) ;; *) belongs_to=$3:$4 ;; esac
}
# FILE...
belong() { [ -z "$belongs_to" ] || chown -hR "$belongs_to" -- "$@" 2>/dev/null || :; }

# Sets used, in percent, and used_blocks and free_blocks of 1024 bytes; used to nothing where it cannot be told. Before the
# percentage is what is free, and before that what is used: a name of a file system may have spaces.
look_at_volume() {
  used= used_blocks=0 free_blocks=0
  set -f
  for word in $(df -P -k "$directory" 2>/dev/null | tail -n 1); do
    case $word in
      *[!0-9%]* | %*) ;;
      *%) used=\${word%%%*}; break ;;
      *) used_blocks=$free_blocks free_blocks=$word ;;
    esac
  done
  set +f
}

# Watches the volume for as long as process $writer writes. When it is too full, says so, and ends the script by USR1.
guard_volume() {
  trap - EXIT
  trap '' TERM HUP INT
  while kill -0 "$writer" 2>/dev/null; do
    look_at_volume
    if [ "\${used:-0}" -gt "$maximum_used" ]; then
      say "full=$used"
      kill -USR1 $$
      return 0
    fi
    sleep 0.2 2>/dev/null || sleep 1
  done
}
`;

/** Exit status of a script that has given up as the volume was too full; it has said `full=PERCENT`. */
export const tooFull = 67;
