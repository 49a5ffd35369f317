import type { Context } from '../../context.ts';
import type { Dump } from '../database.ts';
import type { DumpFile } from '../dump-file.ts';
import { refused, runScript, type ScriptEnd } from '../run-script.ts';
import { CancelledError, UserError } from '../../core/errors.ts';
import { KubeError } from '../../kube/error.ts';
import { sayNowAndThen } from '../../core/report-every.ts';
import type { OneDatabase } from '../operations/one-database.ts';
import { placeOf, scriptArguments, type Target } from '../operations/target.ts';
import { wayBack } from './way-back.ts';

export interface RestoreRun {
  readonly target: Target;
  readonly one: OneDatabase;
  /** Its name. */
  readonly database: string;
  readonly file: DumpFile;
  readonly safetyDump: Dump | undefined;
  readonly settings: { readonly lockTimeoutSeconds: number };
}

/** Restores, or throws: UserError 'preflight' when it was not begun, 'verification' with the client's own words. */
export async function runRestore(run: RestoreRun, context: Context): Promise<void> {
  const { target, one, file, settings, database } = run;
  const { tools, container, namespace } = target;
  const args = [
    ...scriptArguments(target, one.choice),
    file.path,
    packingOf(file),
    file.sha256,
    String(settings.lockTimeoutSeconds),
    ...tools.restoring.arguments(file),
  ];
  const { secret } = tools.connection;
  context.log.info({ namespace, pod: container.pod, database, path: file.path }, 'restoring');
  const stop = new AbortController();
  const say = (milliseconds: number): void =>
    context.log.info({ namespace, database, milliseconds }, 'restoring');
  void sayNowAndThen(say, stop.signal, context.clock);
  // It is said behind the last statement: what comes after that, a broken connection for example, changes nothing.
  let isRestored = false;
  const onFact = (key: string, value: string): void =>
    void (isRestored ||= key === 'restored' && value === 'yes');
  try {
    const script = { script: tools.scripts.restore, args, secret, container, onFact };
    const ended = await runScript(script, context);
    if (!isRestored) throw failed(run, ended);
  } catch (error) {
    if (context.signal.aborted) throw stopped(run, isRestored, context.signal.reason);
    if (isRestored) return;
    if (!(error instanceof KubeError)) throw error;
    throw brokenOff(run, error);
  } finally {
    stop.abort();
  }
}

function packingOf({ isFolder, path }: DumpFile): string {
  if (isFolder) return 'folder';
  return /\.gz(?:\.partial)?$/.test(path) ? 'gzip' : 'plain';
}

function failed(run: RestoreRun, { exitCode, words }: ScriptEnd): UserError {
  const { target, database, safetyDump } = run;
  const { restoring } = target.tools;
  const place = `database '${database}' in ${placeOf(target)}`;
  if (exitCode === refused) {
    const stays = safetyDump && `the dump of it as it is now stays at ${safetyDump.path}`;
    const reasons = [words, stays].filter(Boolean).join('; ');
    return new UserError('preflight', `Nothing was restored to ${place}: ${reasons}`);
  }
  const why =
    exitCode === 0 ? 'the dump could not be read to its end' : restoring.essence(words).replace(/\.$/, '');
  const reasons = [why || `exit status ${exitCode}`, restoring.hint(words), wayBack(run)].filter(Boolean);
  return new UserError(
    'verification',
    `The restore of ${place} has failed, and ${restoring.afterFailure}: ${reasons.join('; ')}`,
  );
}

/** Of a signal main says itself what it was; another cause, such as a lost lease, is said here. */
function stopped(run: RestoreRun, isRestored: boolean, cause: unknown): UserError {
  const { afterFailure } = run.target.tools.restoring;
  const end = isRestored ? 'had come to its end' : `was stopped, and ${afterFailure}`;
  const reasons = [`the restore of database '${run.database}' ${end}`, wayBack(run)];
  const isOther = cause instanceof UserError && !(cause instanceof CancelledError);
  const words = [isOther && cause.message, ...reasons].filter(Boolean).join('; ');
  return new UserError(isOther ? cause.reason : 'cancelled', words, { cause });
}

/** The script ends when it is left alone; but it may have been at its very end. */
function brokenOff(run: RestoreRun, error: KubeError): UserError {
  const reasons = [error.message, 'look at the database before you go on', wayBack(run)].filter(Boolean);
  return new UserError(
    'verification',
    `The restore of database '${run.database}' was broken off, and it is not known whether it came to its end: ${reasons.join('; ')}`,
    { cause: error },
  );
}
