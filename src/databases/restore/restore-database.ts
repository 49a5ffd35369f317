import { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import type { Caller } from '../../caller.ts';
import type { Dump } from '../database.ts';
import type { DumpFile } from '../dump-file.ts';
import { humanAge } from '../../core/human-age.ts';
import { humanBytes } from '../../core/human-bytes.ts';
import type { RestoreDatabaseSettings } from './settings.ts';
import { checkDump, checkPrimary } from './check-restore.ts';
import { openLocalSource, type LocalSource } from './local-source.ts';
import { oneDatabase } from '../operations/one-database.ts';
import { checkWayBack } from './restore-obstacles.ts';
import { runRestore, safetyDump } from './run-restore.ts';
import { placeOf, type Target } from '../operations/target.ts';
import { uploadDump } from './upload-dump.ts';
import { withLease } from '../../locks/with-lease.ts';

export interface RestoreDatabaseResult {
  readonly namespace: string;
  readonly pod: string;
  readonly database: string;
  /** In the container, or on this machine: `-` is stdin. */
  readonly from: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the database as it was before; undefined when none was wanted. */
  readonly safetyDump: Dump | undefined;
  readonly seconds: number;
}

/**
 * Replaces what a database has by what a dump has, in place, once everything that can be known before has been checked
 * and the caller has confirmed it by the database's name. Throws UserError 'preflight' or 'dump' when nothing was changed, and
 * 'verification' when the restore has failed.
 */
export async function restoreDatabase(
  given: Target,
  settings: RestoreDatabaseSettings,
  caller: Caller,
  context: Context,
): Promise<RestoreDatabaseResult> {
  const target = { ...given, server: oneDatabase(given.server, settings.database) };
  const database = await checkPrimary(target, context);
  const source = await openSource(target, settings, caller, context);
  const details = { namespace: target.namespace, database, from: settings.file ?? target.server.dumpFile };
  await caller.confirm({ sentence: sentenceOf(target, database, source, settings), name: database, details });
  return await withLease(target.namespace, settings, context, async (held) => {
    const work = { target, settings, database, caller };
    return 'file' in source
      ? await restoreFrom(work, source.file, source.file.path, held)
      : await restoreUploaded(work, source.local, held);
  });
}

interface Work {
  readonly target: Target;
  readonly settings: RestoreDatabaseSettings;
  readonly database: string;
  readonly caller: Caller;
}

type Source = { readonly file: DumpFile } | { readonly local: LocalSource };

async function openSource(
  target: Target,
  settings: RestoreDatabaseSettings,
  { input = Readable.from([]) }: Caller,
  context: Context,
): Promise<Source> {
  if (settings.file !== undefined) {
    return { local: await openLocalSource(settings.file, input, target.server) };
  }
  const { dumpFile } = target.server;
  const what = `The dump ${dumpFile} in ${placeOf(target)}`;
  return { file: await checkDump(target, dumpFile, what, settings, context) };
}

function sentenceOf(
  target: Target,
  database: string,
  source: Source,
  { file, hasSafetyDump }: RestoreDatabaseSettings,
): string {
  const from = 'file' in source ? `its dump of ${ageOf(source.file)}` : `the dump '${file}'`;
  const before = hasSafetyDump
    ? 'What it has now is dumped first.'
    : 'What it has now is NOT kept: no dump is made of it before.';
  return `What database '${database}' in ${placeOf(target)} has is replaced by ${from}. ${before}`;
}

function ageOf({ ageSeconds, bytes }: DumpFile): string {
  return `${humanAge(new Date(-ageSeconds * 1000), new Date(0))} ago (${humanBytes(bytes)})`;
}

async function restoreUploaded(
  work: Work,
  local: LocalSource,
  context: Context,
): Promise<RestoreDatabaseResult> {
  const { target, settings, caller } = work;
  await using upload = await uploadDump(target, local, settings, caller, context);
  const what = `The dump ${settings.file === '-' ? 'on stdin' : `'${settings.file}'`}, sent to ${placeOf(target)},`;
  const file = await checkDump(target, upload.path, what, { ...settings, unchecked: true }, context);
  return await restoreFrom(work, file, settings.file ?? '', context);
}

async function restoreFrom(
  work: Work,
  file: DumpFile,
  from: string,
  context: Context,
): Promise<RestoreDatabaseResult> {
  const { target, settings, database, caller } = work;
  const start = context.clock.monotonic();
  const before = settings.hasSafetyDump
    ? await safetyDump(target, settings.maximumUsedPercent, context)
    : undefined;
  if (before) await checkWayBack(target, before, context);
  else context.log.warn({ database }, 'no dump is made of the database as it is now');
  using _progress = caller.progress(`restoring database '${database}'`);
  await runRestore({ target, database, file, safetyDump: before, settings }, context);
  return {
    namespace: target.namespace,
    pod: target.container.pod,
    database,
    from,
    bytes: file.bytes,
    sha256: file.sha256,
    safetyDump: before,
    seconds: Math.round(context.clock.monotonic() - start) / 1000,
  };
}
