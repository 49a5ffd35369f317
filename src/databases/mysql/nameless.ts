import { statements } from './statements.ts';

/** How the tools begin an event. */
export const eventForm = String.raw`^/[*]![0-9]* CREATE.* EVENT \140`;

/**
 * With the variable `trial` the events are left out: in a database that is only there to try the dump in, they would run.
 *
 * Passes a dump on, with `ALTER DATABASE` turned to the current database: without a name it means that one. The tools write
 * it around what was made when the database had another collation (`switch_db_collation` in mysqldump.cc), and with the
 * name of the database that was dumped. Restored beside it, that would change the one that lives.
 */
export const namelessProgram = String.raw`
BEGIN {
  named = "^ALTER DATABASE \140([^\140]|\140\140)+\140 CHARACTER SET [A-Za-z0-9_]+ COLLATE [A-Za-z0-9_]+ "
  event = "${eventForm}"
}
{ shown = $0 }
top() && $0 ~ named { sub(/\140([^\140]|\140\140)+\140 /, "", shown) }
trial == "yes" && top() && $0 ~ event { dropped = 1 }
!dropped { print shown }
function handle() { dropped = 0 }
${statements}
`;
