import type { Context } from '../../context.ts';
import type { Dump } from '../database.ts';
import type { DumpFile } from '../dump-file.ts';
import { refused, runScript, type ScriptEnd } from '../run-script.ts';
import { CancelledError, UserError } from '../../core/errors.ts';
import { KubeError } from '../../kube/error.ts';
import { reportEvery } from '../../core/report-every.ts';
import { placeOf, scriptArguments, type Target } from '../operations/target.ts';
import { keyOf, type DumpToRestore, type RestoreWay } from '../engine.ts';
import type { Prepared } from './prepare-restore.ts';
import type { RestoreDatabaseSettings } from './settings.ts';
import { settingFlag } from '../../settings/setting-name.ts';

/** Exit status of the script when its client has failed. */
const restoreFailed = 65;

export interface RestoreRun {
  readonly target: Target;
  /** Its name. */
  readonly database: string;
  readonly file: DumpFile;
  readonly dump: DumpToRestore;
  readonly way: RestoreWay;
  readonly prepared: Prepared;
  readonly safetyDump: Dump | undefined;
  readonly settings: Pick<
    RestoreDatabaseSettings,
    'lockTimeoutSeconds' | 'dropsOld' | 'searchPath' | 'tries'
  >;
}

/**
 * Restores, or throws: UserError 'preflight' when it was not begun, 'verification' with the client's own words. Gives the name
 * under which the old database is kept, if it is.
 */
export async function runRestore(run: RestoreRun, context: Context): Promise<string | undefined> {
  const { target, file, dump, settings, database, way } = run;
  const { server, container, namespace } = target;
  const { script, arguments: argumentsOf } = (way === 'beside' && server.restore.beside) || server.restore;
  const key = context.random.id(16);
  const args = [
    ...scriptArguments(server),
    file.path,
    dump.packing,
    file.sha256,
    String(settings.lockTimeoutSeconds),
    ...argumentsOf({
      dump,
      facts: run.prepared,
      key,
      stamp: stampOf(context.clock.now()),
      searchPath: settings.searchPath,
      dropsOld: settings.dropsOld,
      tries: settings.tries,
    }),
  ];
  const { secret } = server.connection;
  context.log.info({ namespace, pod: container.pod, database, path: file.path }, 'restoring');
  const say = (milliseconds: number): void =>
    context.log.info({ namespace, database, milliseconds }, 'restoring');
  using _reports = reportEvery(say, context.clock);
  // It is said behind the last statement: what comes after that, a broken connection for example, changes nothing.
  const proof = server.restore.saysKey ? key : 'yes';
  let isRestored = false;
  let kept: string | undefined;
  const onFact = (fact: string, value: string): void => {
    isRestored ||= fact === 'restored' && value === proof;
    if (fact === 'kept' && way === 'beside') kept = value || undefined;
    if (fact === 'tried') context.log.info({ namespace, database }, 'the dump was restored on trial');
  };
  try {
    const ended = await runScript({ script, args, secret, container, onFact }, context);
    if (!isRestored || ended.exitCode === restoreFailed)
      throw failed(run, ended, await stateAfter(run, ended, context));
    return kept;
  } catch (error) {
    if (context.signal.aborted) throw stopped(run, isRestored, context.signal.reason);
    if (isRestored) return kept;
    if (!(error instanceof KubeError)) throw error;
    throw brokenOff(run, error);
  }
}

/** `20261130t161200` */
function stampOf(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase();
}

/** How the database is after a restore that has failed. */
async function stateAfter(
  { target, way }: RestoreRun,
  { exitCode, facts }: ScriptEnd,
  context: Context,
): Promise<string> {
  const { server, container } = target;
  const { afterFailure, outcomeScript: script } = server.restore;
  const transaction = facts.get('transaction');
  // Without a transaction nothing of the dump has come to the server.
  if (script === undefined || way === 'beside' || exitCode === refused || transaction === undefined)
    return afterFailure;
  const args = [...scriptArguments(server), transaction];
  const asked = runScript({ script, args, secret: server.connection.secret, container }, context);
  const outcome = await asked.then(({ facts: said }) => said.get('outcome')).catch(() => undefined);
  if (outcome === 'aborted') return afterFailure;
  return outcome === 'committed'
    ? 'the database is NOT as it was before, as the dump has ended the transaction that it was restored in'
    : 'it is not known whether the database is as it was before, so look at it before you go on';
}

function failed(run: RestoreRun, { exitCode, words }: ScriptEnd, state: string): UserError {
  const { target, database, safetyDump } = run;
  const { restore } = target.server;
  const place = `database '${database}' in ${placeOf(target)}`;
  if (exitCode === refused) {
    const stays = safetyDump && `the dump of it as it is now stays at ${safetyDump.path}`;
    const reasons = [restore.essence(words), stays].filter(Boolean).join('; ');
    return new UserError('preflight', `Nothing was restored to ${place}: ${reasons}`);
  }
  const said = restore.essence(words).replace(/\.$/, '');
  const why = exitCode === 0 ? `the dump could not be read to its end${said && ` (${said})`}` : said;
  const reasons = [why || `exit status ${exitCode}`, restore.hint(words), undoHint(run)].filter(Boolean);
  return new UserError(
    'verification',
    `The restore of ${place} has failed, and ${state}: ${reasons.join('; ')}`,
  );
}

/** Of a signal main says itself what it was; another cause, such as a lost lease, is said here. */
function stopped(run: RestoreRun, isRestored: boolean, cause: unknown): UserError {
  const { afterFailure } = run.target.server.restore;
  const end = isRestored ? 'had come to its end' : `was stopped, and ${afterFailure}`;
  const reasons = [`the restore of database '${run.database}' ${end}`, undoHint(run)];
  const isOther = cause instanceof UserError && !(cause instanceof CancelledError);
  const words = [isOther && cause.message, ...reasons].filter(Boolean).join('; ');
  return new UserError(isOther ? cause.reason : 'cancelled', words, { cause });
}

/** The script ends when it is left alone; but it may have been at its very end. */
function brokenOff(run: RestoreRun, error: KubeError): UserError {
  const reasons = [error.message, 'look at the database before you go on', undoHint(run)].filter(Boolean);
  return new UserError(
    'verification',
    `The restore of database '${run.database}' was broken off, and it is not known whether it came to its end: ${reasons.join('; ')}`,
    { cause: error },
  );
}

/** How the state before a restore is brought back, as part of a sentence; undefined when it was not kept. */
function undoHint({ target, safetyDump }: RestoreRun): string | undefined {
  if (!safetyDump) return undefined;
  const { engine } = target.server;
  const { database, path } = safetyDump;
  const name = database === undefined ? '' : ` ${settingFlag(keyOf(engine, 'Databases'))} '${database}'`;
  const file = `${settingFlag(keyOf(engine, 'DumpFile'))} ${path}`;
  return `the state before is kept in ${path}, and comes back, beside the other settings, with: backup-ns ${engine} restore -n ${target.namespace}${name} ${file}`;
}
