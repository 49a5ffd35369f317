import { composeRestoreCheck } from '../scripts/restore-check.ts';
import { readProgram } from './read-dump.ts';
import { asking, octal, pieces, toDatabase } from './connection.ts';

/**
 * What the server takes, and from whom. Asked one by one: a variable that a version does not have is no reason to know
 * nothing of the others.
 */
const questions = `
command -v awk >/dev/null 2>&1 || refuse "there is no awk in the container, which reads the dump before anything is changed; use an image that has it"
trouble() { say "refused=$(say "$1" | tr '\\n' ' ')"; }
# KEY SQL: one line
fact() {
  answer=$(ask "$2" 2>/dev/null | tail -n 1) || answer=
  [ -z "$answer" ] || say "$1=$answer"
}
if ! said=$(ask 'select version()' 2>&1); then
  trouble "$said"
elif ! grants=$(ask 'show grants' 2>/dev/null); then
  trouble 'it does not say what the user may do'
else
  # Warnings go before it.
  say "version=$(say "$said" | tail -n 1)"
  say "$grants" | while IFS= read -r line; do say "grant=\${line%% IDENTIFIED BY*}"; done
  fact account 'select current_user()'
  fact packet 'select @@global.max_allowed_packet'
  fact binlog 'select @@global.log_bin'
  fact trusts 'select @@global.log_bin_trust_function_creators'
  folder=$(ask 'select @@global.datadir' 2>/dev/null | tail -n 1) || folder=
  [ ! -d "$folder" ] || say "space=$(df -P -k "$folder" | tail -n 1)"
  fact cases 'select @@global.lower_case_table_names'
  ask 'select hex(convert(database() using utf8mb4))' 2>/dev/null | tail -n 1 | say_names current
  unpack 2>/dev/null | pieces | LC_ALL=C awk -v "width=$width" '${readProgram}' || trouble "the dump cannot be taken apart: awk ended with exit status $?"
fi
`;

/** Arguments: those of the connection, then kind and value of the database, FILE, and what it is. */
export const restoreCheckScript = composeRestoreCheck({
  connection: `${toDatabase}${asking}${octal}${pieces}`,
  questions,
});
