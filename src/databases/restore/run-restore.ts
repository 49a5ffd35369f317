import type { Context } from '../../context.ts';
import type { Dump } from '../database.ts';
import type { DumpFile } from '../dump-file.ts';
import { refused, runScript, type ScriptEnd } from '../run-script.ts';
import { CancelledError, UserError } from '../../core/errors.ts';
import { KubeError } from '../../kube/error.ts';
import { reportEvery } from '../../core/report-every.ts';
import { placeOf, scriptArguments, type Target } from '../operations/target.ts';
import { dumpOnce } from '../operations/make-dump.ts';
import { namesBeside } from '../dump-files.ts';
import { keyOf } from '../engine.ts';
import { settingFlag } from '../../settings/setting-name.ts';

export interface RestoreRun {
  readonly target: Target;
  /** Its name. */
  readonly database: string;
  readonly file: DumpFile;
  readonly safetyDump: Dump | undefined;
  readonly settings: { readonly lockTimeoutSeconds: number };
}

/**
 * Dumps the database as it is now, beside its dump file: with the machinery of every dump, and proven as every dump is.
 * Throws UserError when that fails, which says that nothing is restored.
 */
export async function safetyDump(
  target: Target,
  maximumUsedPercent: number,
  context: Context,
): Promise<Dump> {
  const { server } = target;
  const { prefix, suffix } = namesBeside(server.dumpFile);
  const timestamp = context.clock.now().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const dumpFile = `${prefix}before-restore-${timestamp}${suffix}`;
  const asItIs = { ...target, server: server.with({ dumpFile, choice: server.choice }) };
  try {
    const [dump] = await dumpOnce(asItIs, maximumUsedPercent, context);
    if (dump) return dump;
    throw new UserError('dump', 'the dump was not made');
  } catch (error) {
    if (!(error instanceof UserError) || error.reason === 'cancelled') throw error;
    throw new UserError(
      error.reason,
      `Nothing is restored, as the database could not be dumped as it is now: ${error.message}`,
      { cause: error },
    );
  }
}

/** Restores, or throws: UserError 'preflight' when it was not begun, 'verification' with the client's own words. */
export async function runRestore(run: RestoreRun, context: Context): Promise<void> {
  const { target, file, settings, database } = run;
  const { server, container, namespace } = target;
  const args = [
    ...scriptArguments(server),
    file.path,
    packingOf(file),
    file.sha256,
    String(settings.lockTimeoutSeconds),
    ...server.restore.arguments(file),
  ];
  const { secret } = server.connection;
  context.log.info({ namespace, pod: container.pod, database, path: file.path }, 'restoring');
  const say = (milliseconds: number): void =>
    context.log.info({ namespace, database, milliseconds }, 'restoring');
  using _reports = reportEvery(say, context.clock);
  // It is said behind the last statement: what comes after that, a broken connection for example, changes nothing.
  let isRestored = false;
  const onFact = (key: string, value: string): void =>
    void (isRestored ||= key === 'restored' && value === 'yes');
  try {
    const script = { script: server.restore.script, args, secret, container, onFact };
    const ended = await runScript(script, context);
    if (!isRestored) throw failed(run, ended);
  } catch (error) {
    if (context.signal.aborted) throw stopped(run, isRestored, context.signal.reason);
    if (isRestored) return;
    if (!(error instanceof KubeError)) throw error;
    throw brokenOff(run, error);
  }
}

function packingOf({ isFolder, path }: DumpFile): string {
  if (isFolder) return 'folder';
  return /\.gz(?:\.partial)?$/.test(path) ? 'gzip' : 'plain';
}

function failed(run: RestoreRun, { exitCode, words }: ScriptEnd): UserError {
  const { target, database, safetyDump } = run;
  const { restore } = target.server;
  const place = `database '${database}' in ${placeOf(target)}`;
  if (exitCode === refused) {
    const stays = safetyDump && `the dump of it as it is now stays at ${safetyDump.path}`;
    const reasons = [words, stays].filter(Boolean).join('; ');
    return new UserError('preflight', `Nothing was restored to ${place}: ${reasons}`);
  }
  const why =
    exitCode === 0 ? 'the dump could not be read to its end' : restore.essence(words).replace(/\.$/, '');
  const reasons = [why || `exit status ${exitCode}`, restore.hint(words), undoHint(run)].filter(Boolean);
  return new UserError(
    'verification',
    `The restore of ${place} has failed, and ${restore.afterFailure}: ${reasons.join('; ')}`,
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
