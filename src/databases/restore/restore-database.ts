import { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import type { Caller } from '../../caller.ts';
import type { Dump } from '../database.ts';
import { packingOf } from '../dump-format.ts';
import type { DumpFile } from '../dump-file.ts';
import { humanAge } from '../../core/human-age.ts';
import { humanBytes } from '../../core/human-bytes.ts';
import type { RestoreDatabaseSettings } from './settings.ts';
import { checkDump, checkPrimary } from './check-restore.ts';
import { localDump, type DumpToCome, type Elsewhere } from './dump-to-come.ts';
import { openLocalSource } from './local-source.ts';
import { oneDatabase } from '../operations/one-database.ts';
import { checkWayBack, dumpToRestore, prepareRestore, type Prepared } from './prepare-restore.ts';
import { dumpAsItIs } from './safety-dump.ts';
import { runRestore } from './run-restore.ts';
import type { DumpToRestore, RestoreWay } from '../engine.ts';
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
  readonly way: RestoreWay;
  /** The name that the old database has now; undefined when it was restored in place, or dropped. */
  readonly kept: string | undefined;
  /** Of the database as it was before; undefined when none was made. */
  readonly safetyDump: Dump | undefined;
  readonly seconds: number;
}

/**
 * Replaces what a database has by what a dump has, once everything that can be known before has been checked and the caller
 * has confirmed it by the database's name: into a new database that takes its place, or in place. Throws UserError 'preflight' or 'dump' when nothing was changed, and
 * 'verification' when the restore has failed.
 */
export async function restoreDatabase(
  given: Target,
  wanted: RestoreDatabaseSettings,
  caller: Caller,
  context: Context,
  elsewhere?: Elsewhere,
): Promise<RestoreDatabaseResult> {
  const target = { ...given, server: oneDatabase(given.server, wanted.database) };
  const way: RestoreWay = wanted.inPlace || !target.server.restore.beside ? 'in-place' : 'beside';
  // Beside, the old database is what one goes back to.
  const settings = { ...wanted, hasSafetyDump: wanted.hasSafetyDump && way === 'in-place' };
  const { database, isLost } = await checkPrimary(target, way, context);
  const source = elsewhere?.(database) ?? (await openSource(target, settings, way, caller, context));
  const { what } = source;
  const dump = 'file' in source ? source.dump : { toCome: source.toCome };
  const prepared = await prepareRestore({ target, way, dump, what, tries: settings.tries }, context);
  const from = 'file' in source ? target.server.dumpFile : source.from;
  const details = { namespace: target.namespace, database, from };
  const sentence = sentenceOf({ target, database, isLost, way, settings }, source);
  await caller.confirm({ sentence, name: database, details });
  return await withLease(target.namespace, settings, context, async (held) => {
    const work = { target, settings, way, database, caller };
    return 'file' in source
      ? await restoreFrom(work, { ...source, prepared, from: source.file.path }, held)
      : await restoreUploaded(work, source, held);
  });
}

interface Work {
  readonly target: Target;
  readonly settings: RestoreDatabaseSettings;
  readonly way: RestoreWay;
  readonly database: string;
  readonly caller: Caller;
}

type Source = { readonly file: DumpFile; readonly dump: DumpToRestore; readonly what: string } | DumpToCome;

async function openSource(
  target: Target,
  settings: RestoreDatabaseSettings,
  way: RestoreWay,
  { input = Readable.from([]) }: Caller,
  context: Context,
): Promise<Source> {
  if (settings.file !== undefined) {
    return localDump(settings.file, await openLocalSource(settings.file, input, target.server));
  }
  const { dumpFile } = target.server;
  const what = `The dump ${dumpFile} in ${placeOf(target)}`;
  const file = await checkDump(target, { path: dumpFile, what, way }, settings, context);
  return { file, dump: dumpToRestore(file), what };
}

function sentenceOf(
  { target, database, isLost, way, settings }: Omit<Work, 'caller'> & { readonly isLost: boolean },
  source: Source,
): string {
  const from = 'file' in source ? `its dump of ${ageOf(source.file)}` : source.words;
  const place = `database '${database}' in ${placeOf(target)}`;
  if (isLost) return `There is no ${place}; it is made anew from ${from}.`;
  const before = way === 'beside' ? oldDatabaseWords(settings) : presentStateWords(settings);
  return `What ${place} has is replaced by ${from}. ${before}`;
}

function oldDatabaseWords({ dropsOld }: RestoreDatabaseSettings): string {
  return dropsOld
    ? 'Its sessions are ended. What it has now is NOT kept: the old database is dropped in the end.'
    : 'Its sessions are ended. What it has now is kept as a database of another name, beside it.';
}

function presentStateWords({ hasSafetyDump }: RestoreDatabaseSettings): string {
  return hasSafetyDump
    ? 'What it has now is dumped first.'
    : 'What it has now is NOT kept: no dump is made of it before.';
}

function ageOf({ ageSeconds, bytes }: DumpFile): string {
  return `${humanAge(new Date(-ageSeconds * 1000), new Date(0))} ago (${humanBytes(bytes)})`;
}

async function restoreUploaded(
  work: Work,
  coming: DumpToCome,
  context: Context,
): Promise<RestoreDatabaseResult> {
  const { target, settings, way } = work;
  await using upload = await bring(work, coming, context);
  const what = `${coming.what}, sent to ${placeOf(target)},`;
  const file = await checkDump(
    target,
    { path: upload.path, what, way },
    { ...settings, unchecked: true },
    context,
  );
  const dump = dumpToRestore(file, upload.propertiesPath);
  const prepared = await prepareRestore({ target, way, dump, what, tries: settings.tries }, context);
  return await restoreFrom(work, { file, dump, prepared, from: coming.from }, context);
}

async function bring({ target, settings, caller }: Work, coming: DumpToCome, context: Context) {
  await using source = await coming.open(context);
  return await uploadDump(target, source, settings, caller, context);
}

interface CheckedSource {
  readonly file: DumpFile;
  readonly dump: DumpToRestore;
  readonly prepared: Prepared;
  readonly from: string;
}

async function restoreFrom(
  work: Work,
  { file, dump, prepared, from }: CheckedSource,
  context: Context,
): Promise<RestoreDatabaseResult> {
  const { target, settings, way, database, caller } = work;
  const start = context.clock.monotonic();
  const safetyDump = await dumpBefore(work, context);
  using _progress = caller.progress(`restoring database '${database}'`);
  const kept = await runRestore(
    { target, database, file, dump, way, prepared, safetyDump, settings },
    context,
  );
  return {
    namespace: target.namespace,
    pod: target.container.pod,
    database,
    from,
    bytes: file.bytes,
    sha256: file.sha256,
    way,
    kept,
    safetyDump,
    seconds: Math.round(context.clock.monotonic() - start) / 1000,
  };
}

async function dumpBefore({ target, settings, way, database }: Work, context: Context) {
  if (settings.hasSafetyDump) {
    const dump = await dumpAsItIs(target, settings.maximumUsedPercent, context);
    const packing = target.server.isFolder ? ('folder' as const) : packingOf(dump.path);
    const what = `The dump ${dump.path} of the present state`;
    await checkWayBack({ target, way, dump: { path: dump.path, packing, matching: [] }, what }, context);
    return dump;
  }
  if (way === 'in-place') context.log.warn({ database }, 'no dump is made of the database as it is now');
  return undefined;
}
