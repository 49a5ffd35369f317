import { problem, problemsOf, type Finding } from '../../core/finding.ts';
import type { SnapshotProvider } from '../../snapshots/provider.ts';
import { named, type SnapshotWords, type StoredSnapshot } from '../../snapshots/stored.ts';
import { isReady } from '../../snapshots/labels.ts';
import { missingSnapshot } from '../../snapshots/missing.ts';
import { chooseSize } from './choose-size.ts';
import { claimManifest, isMadeFrom, type Claim } from './claim.ts';
import { claimProblems } from './claim-problems.ts';
import type { Sources } from './read-sources.ts';
import { chooseStorageClass, type StorageClass } from './storage-class.ts';
import type { RestoreRequest } from './restore-request.ts';

export interface RestorePlan {
  readonly snapshot: StoredSnapshot;
  /** What is to be made; or what is there already, made from this snapshot by an earlier run. */
  readonly claim: Claim;
  readonly exists: boolean;
  /** Undefined when the class of a claim that exists is gone. */
  readonly storageClass: StorageClass | undefined;
}

/** What a restore has to know of it. */
type Provider = Pick<SnapshotProvider, 'words' | 'dataSource'>;

/** The claim that a snapshot is restored to; or all that speaks against it. */
export function planRestore(
  wish: RestoreRequest,
  sources: Sources,
  provider: Provider,
): Finding<RestorePlan> {
  const { snapshot, existing, classes } = sources;
  const problems = existing ? claimProblems(existing, wish, snapshot) : [];
  if (!existing || !snapshot || !isMadeFrom(existing, snapshot)) {
    return planNew(wish, sources, problems, provider);
  }
  if (problems.length > 0) return { problems };
  const storageClass = classes.find(({ metadata }) => metadata.name === existing.spec?.storageClassName);
  return { found: { snapshot, claim: existing, exists: true, storageClass } };
}

/** Of one that is to be made; `taken` is what speaks against its name. */
function planNew(
  wish: RestoreRequest,
  sources: Sources,
  taken: readonly string[],
  { words, dataSource }: Provider,
): Finding<RestorePlan> {
  const { data, source } = sources;
  const ready = findReady(wish, sources, words);
  const size = 'found' in ready ? chooseSize(ready.found, source, wish) : { problems: [] };
  const storageClass = chooseStorageClass(sources.classes, {
    driver: data?.driver,
    named: wish.storageClass,
    ofSource: source?.spec?.storageClassName,
  });
  const problems = [...problemsOf(ready), ...taken, ...problemsOf(storageClass), ...problemsOf(size)];
  const isComplete = 'found' in ready && 'found' in size && 'found' in storageClass;
  if (!isComplete || problems.length > 0) return { problems };
  const claim = claimManifest({
    namespace: wish.namespace,
    name: wish.pvc,
    snapshot: dataSource(wish.snapshot),
    storageClass: storageClass.found.metadata.name ?? '',
    accessModes: wish.accessMode ? [wish.accessMode] : (source?.spec?.accessModes ?? ['ReadWriteOnce']),
    size: size.found,
    volumeMode: data?.volumeMode ?? source?.spec?.volumeMode,
  });
  return { found: { snapshot: ready.found, claim, exists: false, storageClass: storageClass.found } };
}

/** The snapshot, when a volume can be made from it. */
function findReady(
  { namespace, snapshot: name }: RestoreRequest,
  { snapshot, data }: Sources,
  words: SnapshotWords,
): Finding<StoredSnapshot> {
  if (!snapshot) return problem(missingSnapshot(words, { namespace, name }));
  const which = named(words, { namespace, name });
  if (snapshot.metadata.deletionTimestamp !== undefined) {
    return problem(`${which} is being deleted, so nothing can be made from it any more; take another`);
  }
  if (!isReady(snapshot)) {
    const { message } = snapshot.error ?? {};
    const said = message === undefined ? 'the storage reports no error' : `the storage says: ${message}`;
    return problem(`${which} is not ready, ${said}; wait until it is, or take another`);
  }
  if (data) return { found: snapshot };
  return problem(`${which} has lost its ${words.content}, and its data with it; take another`);
}
