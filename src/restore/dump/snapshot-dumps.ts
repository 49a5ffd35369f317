import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import { ProblemsError, UserError } from '../../core/errors.ts';
import { humanAge } from '../../core/human-age.ts';
import { quoted } from '../../core/quoted.ts';
import type { DatabaseServer } from '../../databases/engine.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { annotation, takenAt } from '../../snapshots/labels.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import { named } from '../../snapshots/stored.ts';
import { planRestore, type RestorePlan } from '../volume/plan-restore.ts';
import { readSources } from '../volume/read-sources.ts';
import type { DatabaseSide } from './database-side.ts';
import type { OnVolume } from './locate-dump.ts';
import { openReader, removeLeftovers } from './reader.ts';
import type { Purpose, ReaderPlace } from './reader-manifest.ts';
import { recordedDumps, type RecordedDumps } from './recorded-dumps.ts';
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
  if (image !== undefined) return { ...(place ?? side.place), image, pullPolicy: undefined };
  const chosen = place ?? (side.image === undefined ? undefined : { ...side.place, image: side.image });
  if (chosen) return chosen;
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
