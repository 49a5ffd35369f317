/**
 * Says `replica=`, and of each server that it follows `lag=`, `stalled=` or both. Who may not ask is told that it may be a
 * replica where it is read-only.
 */
export const following = `
# SQL: a value per line, as NAME: VALUE, in a session as the tool has it.
status() ( connect "$client" --connect-timeout=10 --batch --vertical --execute="$1" </dev/null 2>&1 )
follow_up() {
  io= sql=
  while read -r key value; do
    case $key in
      Slave_IO_Running:|Replica_IO_Running:) io=$value ;;
      Slave_SQL_Running:|Replica_SQL_Running:) sql=$value ;;
      Seconds_Behind_Master:|Seconds_Behind_Source:)
        case $value in *[!0-9]*|'') ;; *) say "lag=$value" ;; esac
        [ "$io,$sql" = Yes,Yes ] || say "stalled=IO thread: $io, SQL thread: $sql"
        ;;
    esac
  done
}
# What of a session makes the tool leave rows out, take old ones, or end: MariaDB's lifts its limit of time itself.
say_limits() {
  case $family in mariadb) more=@@system_versioning_asof ;; *) more=@@max_execution_time ;; esac
  status "select @@sql_select_limit, $more" | while read -r key value; do
    case $key in
      @@sql_select_limit:) [ "$value" = 18446744073709551615 ] || say "rows=$value" ;;
      @@max_execution_time:) case $value in 0 | '' | *[!0-9]*) ;; *) say "milliseconds=$value" ;; esac ;;
      @@system_versioning_asof:) [ "$value" = DEFAULT ] || say "asof=$value" ;;
    esac
  done
}
say_following() {
  case $family in
    mariadb) newer='show all replicas status' older='show all slaves status' ;;
    *) newer='show replica status' older='show slave status' ;;
  esac
  if rows=$(status "$newer") || { case $rows in *denied*) false ;; esac && rows=$(status "$older"); }; then
    case $rows in
      *_IO_Running:*) say replica=yes; say "$rows" | follow_up ;;
      *) say replica=no ;;
    esac
  else
    case $(ask 'select @@global.read_only' 2>/dev/null | tail -n 1) in [1-9]*|ON) say replica=perhaps ;; esac
  fi
}
`;
