import { problem, problemsOf, type Finding } from '../../core/finding.ts';
import type { VolumeSnapshot } from '../../snapshots/csi/volume-snapshot.ts';
import { isReady } from '../../snapshots/labels.ts';
import { missingSnapshot } from '../../snapshots/missing.ts';
import { chooseSize } from './choose-size.ts';
import { claimManifest, isMadeFrom, type Claim } from './claim.ts';
import { claimProblems } from './claim-problems.ts';
import type { Sources } from './read-sources.ts';
import { chooseStorageClass, type StorageClass } from './storage-class.ts';
import type { RestoreWish } from './wish.ts';

export interface RestorePlan {
  readonly snapshot: VolumeSnapshot;
  /** What is to be made; or what is there already, made from this snapshot by an earlier run. */
  readonly claim: Claim;
  readonly exists: boolean;
  /** Undefined when the class of a claim that exists is gone. */
  readonly storageClass: StorageClass | undefined;
}

/** The claim that a snapshot is restored to; or all that speaks against it. */
export function planRestore(wish: RestoreWish, sources: Sources): Finding<RestorePlan> {
  const { snapshot, existing, classes } = sources;
  const problems = existing ? claimProblems(existing, wish, snapshot) : [];
  if (!existing || !snapshot || !isMadeFrom(existing, snapshot)) return planNew(wish, sources, problems);
  if (problems.length > 0) return { problems };
  const storageClass = classes.find(({ metadata }) => metadata.name === existing.spec?.storageClassName);
  return { found: { snapshot, claim: existing, exists: true, storageClass } };
}

/** Of one that is to be made; `taken` is what speaks against its name. */
function planNew(wish: RestoreWish, sources: Sources, taken: readonly string[]): Finding<RestorePlan> {
  const { content, source } = sources;
  const ready = findReady(wish, sources);
  const size = 'found' in ready ? chooseSize(ready.found, source, wish) : { problems: [] };
  const storageClass = chooseStorageClass(sources.classes, {
    driver: content?.spec?.driver,
    named: wish.storageClass,
    ofSource: source?.spec?.storageClassName,
  });
  const problems = [...problemsOf(ready), ...taken, ...problemsOf(storageClass), ...problemsOf(size)];
  const isComplete = 'found' in ready && 'found' in size && 'found' in storageClass;
  if (!isComplete || problems.length > 0) return { problems };
  const claim = claimManifest({
    namespace: wish.namespace,
    name: wish.pvc,
    snapshot: wish.snapshot,
    storageClass: storageClass.found.metadata.name ?? '',
    accessModes: wish.accessMode ? [wish.accessMode] : (source?.spec?.accessModes ?? ['ReadWriteOnce']),
    size: size.found,
    volumeMode: content?.spec?.sourceVolumeMode ?? source?.spec?.volumeMode,
  });
  return { found: { snapshot: ready.found, claim, exists: false, storageClass: storageClass.found } };
}

/** The snapshot, when a volume can be made from it. */
function findReady(
  { namespace, snapshot: name }: RestoreWish,
  { snapshot, content }: Sources,
): Finding<VolumeSnapshot> {
  if (!snapshot) return problem(missingSnapshot({ namespace, name }));
  const which = `VolumeSnapshot '${name}' in namespace '${namespace}'`;
  if (snapshot.metadata.deletionTimestamp !== undefined) {
    return problem(`${which} is being deleted, so nothing can be made from it any more; take another`);
  }
  if (!isReady(snapshot)) {
    const { message } = snapshot.status?.error ?? {};
    const words = message === undefined ? 'the storage reports no error' : `the storage says: ${message}`;
    return problem(`${which} is not ready, ${words}; wait until it is, or take another`);
  }
  if (content?.spec?.driver !== undefined) return { found: snapshot };
  return problem(`${which} has lost its VolumeSnapshotContent, and its data with it; take another`);
}
