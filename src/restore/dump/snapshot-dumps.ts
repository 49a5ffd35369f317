import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { messageOf, ProblemsError, UserError } from '../../core/errors.ts';
import { humanAge } from '../../core/human-age.ts';
import { humanBytes } from '../../core/human-bytes.ts';
import { quoted } from '../../core/quoted.ts';
import type { DatabaseServer } from '../../databases/engine.ts';
import type { DumpToCome } from '../../databases/restore/dump-to-come.ts';
import { recognisedSource, type LocalSource } from '../../databases/restore/local-source.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { annotation, takenAt } from '../../snapshots/labels.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import { named } from '../../snapshots/stored.ts';
import { planRestore, type RestorePlan } from '../volume/plan-restore.ts';
import { readSources } from '../volume/read-sources.ts';
import type { DatabaseSide } from './database-side.ts';
import { FileStream } from './file-stream.ts';
import { allDumps, locate, readProperties, type OnVolume } from './open-dump.ts';
import { openReader, removeLeftovers } from './reader.ts';
import type { Purpose, ReaderPlace } from './reader-manifest.ts';
import { recordedDumps, type RecordedDump, type RecordedDumps } from './recorded-dumps.ts';
import { requireRights } from './rights.ts';
import type { FromSnapshot } from './settings.ts';

export interface SnapshotWish extends FromSnapshot {
  readonly namespace: string;
  readonly purpose: Purpose;
  readonly side: DatabaseSide;
  /** As the CronJob of the namespace has it. */
  readonly place: ReaderPlace | undefined;
}

/** A volume that is there until it is disposed of. */
export type OpenVolume = OnVolume & AsyncDisposable;

/** The dumps of one engine on a snapshot. */
export interface SnapshotDumps {
  /** How a sentence names the snapshot. */
  readonly which: string;
  /** `3d ago`. */
  readonly age: string;
  readonly recorded: RecordedDumps;
  /** Makes the pod that reads it. Throws UserError 'verification'. */
  open(caller: Pick<Caller, 'progress'>, context: Context): Promise<OpenVolume>;
}

/**
 * Looks at the snapshot, its record and the rights that reading it takes. Makes nothing. Throws UserError 'preflight' when it
 * cannot be read, or has no such dump.
 */
export async function findDumps(
  wish: SnapshotWish,
  { engine, title }: Pick<DatabaseServer, 'engine' | 'title'>,
  caller: Pick<Caller, 'progress'>,
  context: SnapshotContext,
): Promise<SnapshotDumps> {
  const { namespace, snapshot: name, purpose, side } = wish;
  await requireRights(namespace, purpose, context);
  const place = placeOf(wish);
  const plan = await planCopy(wish, caller, context);
  const which = named(context.snapshots.words, { namespace, name });
  const recorded = recordedDumps(plan.snapshot.metadata.annotations?.[annotation.dump], engine);
  if (recorded.dumps.length + recorded.lists.length === 0)
    throw new UserError(
      'preflight',
      `${which} has no dump of ${title}; find one that has with: backup-ns list -n ${namespace} -o wide`,
    );
  sayWhatIsRetained(plan, context);
  return {
    which,
    age: `${humanAge(takenAt(plan.snapshot), context.clock.now())} ago`,
    recorded,
    async open(opener, opened) {
      await removeLeftovers(namespace, { purpose, isAlone: purpose === 'restore' }, opened);
      const { timeoutMilliseconds } = wish;
      const request = {
        namespace,
        snapshot: name,
        purpose,
        claim: plan.claim,
        owner: side.owner,
        place,
        timeoutMilliseconds,
      };
      const reader = await openReader(request, opener, opened);
      return { ...reader, folders: side.folders, which };
    },
  };
}

function placeOf({ image, place, side }: SnapshotWish): ReaderPlace {
  const chosen = image ?? place?.image ?? side.image;
  if (chosen !== undefined) return { ...place, image: chosen };
  throw new UserError(
    'settings',
    'There is no CronJob whose image could read the snapshot, and no database; give an image with ⟪image⟫',
  );
}

/** As `restore` plans a claim. */
async function planCopy(
  wish: SnapshotWish,
  caller: Pick<Caller, 'progress'>,
  context: SnapshotContext,
): Promise<RestorePlan> {
  const { namespace, snapshot, storageClass, size } = wish;
  const doing = `Looking at ${named(context.snapshots.words, { namespace, name: snapshot })} and what belongs to it`;
  using _progress = caller.progress(doing);
  const request = {
    namespace,
    snapshot,
    storageClass,
    size,
    // Of the claim that the cluster makes, another name is in place of this one.
    pvc: 'backup-ns-reader',
    accessMode: undefined,
    wait: false,
    dryRun: false,
    timeoutMilliseconds: 0,
  };
  const sources = await explainFailure('preflight', doing, () => readSources(request, context));
  const plan = planRestore(request, { ...sources, existing: undefined }, context.snapshots);
  if ('problems' in plan) throw new ProblemsError('preflight', plan.problems);
  if (plan.found.claim.spec?.volumeMode !== 'Block') return plan.found;
  throw new UserError(
    'preflight',
    `${named(context.snapshots.words, { namespace, name: snapshot })} is of a volume without files; take another`,
  );
}

/** The claim goes, and a volume that its class retains does not. */
function sayWhatIsRetained({ storageClass }: RestorePlan, { log }: Context): void {
  if (storageClass?.['reclaimPolicy'] !== 'Retain') return;
  const name = quoted(storageClass.metadata.name);
  log.warn(
    `StorageClass ${name} retains the volumes of PVCs that are deleted, and so will that of the snapshot's copy: delete its PersistentVolume and its data in the end, or choose another class with ⟪storageClass⟫`,
  );
}

/** The dump of this database, for a restore. Throws UserError 'preflight' when the snapshot has none. */
export function dumpOfDatabase(
  found: SnapshotDumps,
  server: DatabaseServer,
  database: string,
  caller: Caller,
): DumpToCome {
  const { which, recorded, age } = found;
  const dump = pick(found, database);
  if (server.isFolder) throw folderError(dump?.path ?? server.dumpFile, which);
  const hasProperties =
    server.properties !== undefined && recorded.dumps.some(({ propertiesOf }) => propertiesOf === database);
  const size = dump ? ` (${humanBytes(dump.bytes)})` : '';
  return {
    what: `The dump of ${which}`,
    words: `the dump of ${age}${size} on ${which}`,
    from: dump ? `${which}: ${dump.path}` : which,
    toCome: hasProperties || (!dump && server.properties !== undefined) ? 'with properties' : 'alone',
    open: (context) => openDump(found, server, database, caller, context),
  };
}

/** Undefined where a list on the volume has it. */
function pick({ recorded, which }: SnapshotDumps, database: string): RecordedDump | undefined {
  const dump = recorded.dumps.find((one) => one.database === database);
  if (dump || recorded.lists.length > 0) return dump;
  throw noSuchDump(recorded.dumps, database, which);
}

const mostNamed = 10;

function noSuchDump(dumps: readonly RecordedDump[], database: string, which: string): UserError {
  const names = dumps.flatMap((one) => (one.database === undefined ? [] : [quoted(one.database)]));
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : '';
  return new UserError(
    'preflight',
    `${which} has no dump of database '${database}', but of: ${names.slice(0, mostNamed).join(', ') || 'none'}${more}; choose one with ⟪database⟫, or download it and restore the file`,
  );
}

function folderError(path: string, which: string): UserError {
  return new UserError(
    'preflight',
    `The dump ${path} on ${which} is a folder, which cannot be sent: make a volume with backup-ns restore, and copy the folder from there to the place of the database's own dump`,
  );
}

async function openDump(
  found: SnapshotDumps,
  server: DatabaseServer,
  database: string,
  caller: Caller,
  context: Context,
): Promise<LocalSource & AsyncDisposable> {
  const volume = await found.open(caller, context);
  const { which } = volume;
  try {
    const dumps = await allDumps(volume, found.recorded, server.engine, context);
    const dump = dumps.find((one) => one.database === database);
    if (!dump) throw noSuchDump(dumps, database, which);
    const { path, isFolder } = await locate(volume, dump, context);
    if (isFolder) throw folderError(dump.path, which);
    const beside = server.properties && dumps.find(({ propertiesOf }) => propertiesOf === database);
    const properties = beside && (await readProperties(volume, beside, context));
    const what = `The dump of ${which}`;
    const stream = new FileStream(volume.container, path, what, context);
    const dispose = async (): Promise<void> => {
      await stream[Symbol.asyncDispose]();
      await volume[Symbol.asyncDispose]();
    };
    try {
      const about = { what, size: dump.bytes, recorded: dump.sha256, properties };
      const source = await recognisedSource(about, stream.chunks(), server);
      return { ...source, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await stream[Symbol.asyncDispose]();
      if (error instanceof UserError || context.signal.aborted) throw error;
      throw new UserError('preflight', `${what} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  } catch (error) {
    await volume[Symbol.asyncDispose]();
    throw error;
  }
}
