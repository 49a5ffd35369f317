import { sentence } from '../core/quoted.ts';
import { settingNames } from '../settings/setting-name.ts';
import type { DatabaseServer } from './engine.ts';

/** What psql and the clients of MySQL and MariaDB say when nobody has answered, or not yet: the account has nothing to do with it. */
const unanswered =
  /connection refused|could not connect to server|can't connect to|no such file or directory|connection timed out|timeout expired|could not translate host name|unknown (?:mysql |mariadb )?server host|no route to host|network is unreachable|is starting up|is shutting down/i;

/** `target`, such as `database 'shop' as user 'app'`, in `where` is not to be had; in the server's or its client's own words. */
export function refusal(
  { title, connection }: Pick<DatabaseServer, 'title' | 'connection'>,
  target: string,
  where: string,
  words: string,
): string {
  const said = sentence(words) ?? 'without a word';
  const settings = `check ${settingNames(connection.settings)}`;
  return unanswered.test(said)
    ? `${title} does not answer at ${connection.address} in ${where} (${said}); see whether it is running there, or ${settings}`
    : `${title} refuses ${target} in ${where} (${said}); ${settings}`;
}
