import { basename } from 'node:path';
import type { Context } from '../../context.ts';
import { inspectDumpFile } from '../dump-file.ts';
import { propertiesFile } from '../dump-files.ts';
import { readDumpFile } from '../transfer-dump.ts';
import { UserError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { DownloadSettings } from './settings.ts';
import { isOneDatabase } from '../database-choice.ts';
import type { Caller } from '../../caller.ts';
import { LocalFile } from './local-file.ts';
import { localPlace, pathHere } from './local-place.ts';
import { intoStdout, Measure } from './measure.ts';
import { dumpPaths, oneDatabase, pathsOf, type DumpPath } from './one-database.ts';
import { readServer } from './read-info.ts';
import { placeOf, type Target } from './target.ts';

export interface Downloaded {
  /** In the container. */
  readonly path: string;
  /** On this machine; `-` is stdout. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether that is what was recorded when the dump was made; else it is what the file had when it was sent. */
  readonly isRecorded: boolean;
}

export interface DownloadResult {
  readonly namespace: string;
  readonly pod: string;
  readonly files: readonly Downloaded[];
}

/**
 * Fetches the dumps of the settings, each proven by its SHA-256 before it is there under its name.
 * Throws UserError 'verification' when one does not arrive as it was made; nothing of it is left then.
 */
export async function downloadDumps(
  target: Target,
  settings: DownloadSettings,
  caller: Caller,
  context: Context,
): Promise<DownloadResult> {
  const paths = await wantedPaths(target, settings, context);
  if (settings.file === '-' && paths.length > 1) {
    throw new UserError('settings', `There are ${paths.length} dumps; choose one for stdout with ⟪database⟫`);
  }
  const files: Downloaded[] = [];
  const dumps = paths.filter(({ propertiesOf }) => propertiesOf === undefined);
  const local = new Map<string, string>();
  for (const dump of paths) {
    const { path, isFolder, propertiesOf } = dump;
    const file =
      propertiesOf === undefined
        ? pathHere(await localPlace(settings.file, path, dumps.length > 1), isFolder)
        : propertiesFile(local.get(propertiesOf) ?? '');
    local.set(path, file);
    if (propertiesOf !== undefined && (await isMissing(target, dump, context))) continue;
    files.push(await download(target, path, file, { ...settings, caller }, context));
  }
  return { namespace: target.namespace, pod: target.container.pod, files };
}

/** Of one database its dump and its properties, to stdout the dump alone; of several all that belongs to them. */
async function wantedPaths(
  target: Target,
  { database: wanted, file }: DownloadSettings,
  context: Context,
): Promise<readonly DumpPath[]> {
  const { server } = target;
  if (wanted !== undefined || isOneDatabase(server.choice)) {
    const one = oneDatabase(server, wanted);
    const paths = pathsOf(one, { database: wanted ?? '', path: one.dumpFile });
    return file === '-' ? paths.slice(0, 1) : paths;
  }
  const there = server.choice.from === 'all' ? await databasesOf(target, context) : [];
  return dumpPaths(server, there);
}

/** Dumps of an older version have no properties beside them. */
async function isMissing(
  { container }: Target,
  { path, closing }: DumpPath,
  context: Context,
): Promise<boolean> {
  const { absence } = await inspectDumpFile(container, path, { closing, patterns: [] }, context);
  return absence?.state === 'missing';
}

async function databasesOf(target: Target, context: Context): Promise<readonly { readonly name: string }[]> {
  const looking = `Looking at ${placeOf(target)}`;
  const { databases } = await explainFailure('preflight', looking, () => readServer(target, context));
  return databases;
}

export interface DownloadOptions {
  readonly force: boolean;
  readonly unchecked: boolean;
  readonly caller: Caller;
  /** What is recorded of it elsewhere than beside it: of a folder, of its files. */
  readonly expected?: string;
}

/** One file, or a folder as a tar. */
export async function download(
  target: Pick<Target, 'container'>,
  path: string,
  file: string,
  options: DownloadOptions,
  context: Context,
): Promise<Downloaded> {
  if (file === '-') {
    const { output } = options.caller;
    if (!output) throw new UserError('settings', `Nobody takes the dump here; give ⟪file⟫ a path`);
    const stdout = new Measure(intoStdout(output));
    return { path, file, ...(await receive(target, path, stdout, options, context)) };
  }
  await using local = await LocalFile.create(file, options.force, context.random);
  const proven = await receive(target, path, new Measure((chunk) => local.write(chunk)), options, context);
  await local.publish();
  return { path, file, ...proven };
}

async function receive(
  target: Pick<Target, 'container'>,
  path: string,
  measure: Measure,
  { unchecked, caller, expected }: DownloadOptions,
  context: Context,
): Promise<Pick<Downloaded, 'bytes' | 'sha256' | 'isRecorded'>> {
  let total: number | undefined;
  const onSize = (bytes: number): void => void (total = bytes);
  using _progress = caller.progress(basename(path), () => ({ done: measure.bytes, total }));
  const sent = await explainFailure('verification', `The download of ${path} from ${placeOf(target)}`, () =>
    readDumpFile(target.container, path, measure, { unchecked, onSize }, context),
  );
  const [bytes, sha256] = [measure.bytes, measure.digest()];
  const content = sent.bytes === undefined ? sent.folderDigest : sha256;
  if (expected !== undefined && content !== expected)
    throw new UserError(
      'verification',
      `${path} from ${placeOf(target)} is not kept: its SHA-256 is ${content ?? 'not recorded beside it'}, and recorded was ${expected}; take another`,
    );
  const isAllThere = sent.bytes === undefined || bytes === sent.bytes;
  const isRecorded = sent.isRecorded || expected !== undefined;
  if (isAllThere && sha256 === sent.sha256) return { bytes, sha256, isRecorded };
  const why = isAllThere
    ? `its SHA-256 is ${sha256}, and ${sent.isRecorded ? 'recorded was' : 'there it was'} ${sent.sha256}; it is damaged, or a new dump has taken its place meanwhile`
    : `${bytes} of ${sent.bytes} bytes have arrived; it was cut short, or a new dump has taken its place meanwhile`;
  throw new UserError('verification', `${path} from ${placeOf(target)} is not kept: ${why}; run it again`);
}
