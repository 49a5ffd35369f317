import type { Caller } from '../../caller.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import { named } from '../../snapshots/stored.ts';
import { ProblemsError } from '../../core/errors.ts';
import { createOnce } from '../../kube/create-once.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { KubeObject } from '../../kube/object.ts';
import { persistentVolumeClaims } from '../../kube/resources.ts';
import type { RestoreSettings } from './settings.ts';
import { isBound, isMadeFrom, type Claim } from './claim.ts';
import { type RestorePlan, type RestoreRequest, planRestore } from './plan-restore.ts';
import { readSources } from './read-sources.ts';
import type { StorageClass } from './storage-class.ts';
import { waitUntilBound } from './wait-until-bound.ts';

export interface RestoreResult {
  readonly namespace: string;
  readonly snapshot: string;
  readonly pvc: string;
  readonly size: string;
  readonly storageClass: string;
  readonly accessModes: readonly string[];
  /** Filesystem or Block. */
  readonly volumeMode: string;
  /** Nothing was changed. */
  readonly dryRun: boolean;
  /** An earlier run has made it. */
  readonly existed: boolean;
  /** It has its volume, with the data of the snapshot. */
  readonly bound: boolean;
  /** Its class makes the volume when the first pod uses it. */
  readonly waitsForPod: boolean;
  /** Of a dry run: what would be made. */
  readonly manifest?: KubeObject;
}

/**
 * Makes a PersistentVolumeClaim with the data of a snapshot, beside whatever runs. Run again it finds that claim, and goes
 * on. Throws ProblemsError 'preflight', UserError 'verification'.
 */
export async function restoreVolume(
  settings: RestoreSettings,
  caller: Pick<Caller, 'progress'>,
  context: SnapshotContext,
): Promise<RestoreResult> {
  const wish = { ...settings, namespace: settings.namespace ?? context.kube.namespace };
  const plan = await lookAt(wish, caller, context);
  if (settings.dryRun) {
    return { ...resultOf(plan, wish), ...(!plan.exists && { manifest: plan.claim }) };
  }
  const claim = plan.exists ? plan.claim : await make(plan, context);
  return resultOf({ ...plan, claim: await settle({ ...plan, claim }, settings, caller, context) }, wish);
}

async function lookAt(
  wish: RestoreRequest,
  caller: Pick<Caller, 'progress'>,
  context: SnapshotContext,
): Promise<RestorePlan> {
  const { snapshot, namespace } = wish;
  const doing = `Looking at ${named(context.snapshots.words, { namespace, name: snapshot })} and what belongs to it`;
  using _progress = caller.progress(doing);
  const sources = await explainFailure('preflight', doing, () => readSources(wish, context));
  const finding = planRestore(wish, sources, context.snapshots);
  if ('problems' in finding) throw new ProblemsError('preflight', finding.problems);
  return finding.found;
}

async function make({ claim, snapshot }: RestorePlan, context: SnapshotContext): Promise<Claim> {
  const { namespace, name } = claim.metadata;
  const isOurs = (found: Claim): boolean => isMadeFrom(found, snapshot);
  const doing = `Creating PVC '${name}' in namespace '${namespace}'`;
  const made = await explainFailure('verification', doing, () =>
    createOnce<Claim>(persistentVolumeClaims, claim, isOurs, context),
  );
  context.log.info({ namespace, pvc: name, snapshot: snapshot.metadata.name }, 'created the claim');
  return made;
}

/** Waits for the volume, if that is wanted and of any use. */
async function settle(
  { claim, storageClass }: RestorePlan,
  { wait, timeoutMilliseconds }: RestoreSettings,
  caller: Pick<Caller, 'progress'>,
  context: SnapshotContext,
): Promise<Claim> {
  if (!wait || isBound(claim)) return claim;
  const { namespace, name } = claim.metadata;
  if (!bindsForPod(storageClass)) {
    const doing = `Waiting for PVC '${name}' in namespace '${namespace}'`;
    using _progress = caller.progress(doing);
    return await explainFailure('verification', doing, () =>
      waitUntilBound(claim, timeoutMilliseconds, context),
    );
  }
  context.log.warn({ namespace, pvc: name }, 'its class waits for the first pod that uses it, so we do not');
  return claim;
}

function resultOf(
  { claim, exists, storageClass }: RestorePlan,
  { namespace, snapshot, pvc, dryRun }: RestoreRequest,
): RestoreResult {
  const { spec = {} } = claim;
  const bound = isBound(claim);
  return {
    namespace,
    snapshot,
    pvc,
    size: spec.resources?.requests?.storage ?? '',
    storageClass: spec.storageClassName ?? '',
    accessModes: spec.accessModes ?? [],
    volumeMode: spec.volumeMode ?? 'Filesystem',
    dryRun,
    existed: exists,
    bound,
    waitsForPod: !bound && bindsForPod(storageClass),
  };
}

function bindsForPod(storageClass: StorageClass | undefined): boolean {
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
