import { UserError } from '../core/errors.ts';
import { settingName } from '../settings/setting-name.ts';
import { named, type CheckedDatabase } from './database.ts';
import { tooFullWords } from './dump-place.ts';
import { keyOf, type DatabaseServer, type Part } from './engine.ts';
import { refused, type ScriptEnd } from './run-script.ts';
import { tooFull } from './scripts/volume.ts';
import { waitedTooLong } from './scripts/waits.ts';
import { waitedWords, type Waiting } from './waiting.ts';

export interface DumpRequest {
  readonly server: DatabaseServer;
  readonly checked: CheckedDatabase;
  readonly parts: readonly Part[];
  /** Where the list of them goes when they are many. */
  readonly listFile: string;
}

/** Exit status of the dump script when a proven dump could not be put in place. */
const notInPlace = 66;

/** Why there is no dump, as its script has ended. `failed` is the part that was not proven any more. */
export function dumpFailed(request: DumpRequest, end: ScriptEnd, waiting: Waiting, failed?: Part): UserError {
  const { checked, parts } = request;
  const { exitCode, words } = end;
  const where = named(checked.container);
  const paths = few(parts.map(({ path }) => path));
  if (exitCode === 0) {
    return new UserError(
      'dump',
      `The dump in ${where} ended well, but its answer did not arrive whole, so ${paths} cannot be vouched for; run the backup again${words && `: ${words}`}`,
    );
  }
  const reason = reasonOf(request, end, waiting);
  if (exitCode === notInPlace) {
    return new UserError(
      'dump',
      `The dump in ${where} is complete, but not all of ${paths} could be replaced by it; run the backup again: ${reason}`,
    );
  }
  const subject = parts.length === 1 || !failed ? 'The dump' : `The dump of ${subjectOf(failed)}`;
  const previous = parts.length === 1 ? `${paths} is as it was` : `dumps are as they were`;
  return new UserError(
    exitCode === refused ? 'preflight' : 'dump',
    `${subject} in ${where} failed, the previous ${previous}: ${reason}`,
  );
}

/** A message is a sentence also of seven hundred. */
function few(paths: readonly string[]): string {
  const others = paths.length - 3;
  return others > 0 ? `${paths.slice(0, 3).join(', ')} and ${others} more` : paths.join(', ');
}

function subjectOf({ database, propertiesOf, kind }: Part): string {
  if (propertiesOf !== undefined) return `the properties of database '${propertiesOf}'`;
  return database === undefined ? kind : `database '${database}'`;
}

function reasonOf(
  { server, checked }: DumpRequest,
  { exitCode, words, facts }: ScriptEnd,
  waiting: Waiting,
): string {
  if (exitCode === tooFull) return tooFullWords(facts.get('full'), checked.maximumUsedPercent);
  if (exitCode === waitedTooLong)
    return waitedWords(waiting, settingName(keyOf(server.engine, 'LockTimeout')));
  return words || `exit status ${exitCode}`;
}
