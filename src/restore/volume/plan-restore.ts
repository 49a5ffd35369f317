import { storageWords } from '../../snapshots/storage-errors.ts';
import { type Finding, problem, problemsOf } from '../../core/finding.ts';
import { quoted } from '../../core/quoted.ts';
import { parseQuantity } from '../../kube/quantity.ts';
import { type Claim, claimManifest, isMadeFrom } from './claim.ts';
import type { Sources } from './read-sources.ts';
import type { RestoreSettings } from './settings.ts';
import { type StorageClass, chooseStorageClass } from './storage-class.ts';
import { isReady } from '../../snapshots/labels.ts';
import { missingSnapshot } from '../../snapshots/managed.ts';
import type { SnapshotProvider } from '../../snapshots/provider.ts';
import { type SnapshotWords, type StoredSnapshot, named } from '../../snapshots/stored.ts';

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
  const origin = dataSource(wish.snapshot);
  if (!origin)
    return problem(
      `No PVC can be made from ${named(words, { namespace: wish.namespace, name: wish.snapshot })} itself`,
    );
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
    snapshot: origin,
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
    return problem(
      `${which} is not ready, ${storageWords(snapshot.error?.message)}; wait until it is, or take another`,
    );
  }
  if (data) return { found: snapshot };
  return problem(`${which} has lost its ${words.content}, and its data with it; take another`);
}

/** The size of a volume that is made from a snapshot: as the user says, else as large as the snapshot and its source. */
export function chooseSize(
  snapshot: StoredSnapshot,
  source: Claim | undefined,
  { size }: { readonly size: string | undefined },
): Finding<string> {
  const { restoreSize = '', words, metadata } = snapshot;
  const { namespace = '', name = '' } = metadata;
  const which = named(words, { namespace, name });
  const least = parseQuantity(restoreSize) ?? 0;
  if (size !== undefined) {
    if ((parseQuantity(size) ?? 0) >= least) return { found: size };
    return problem(`--size is '${size}', but ${which} needs ${quoted(restoreSize)}; give that much or more`);
  }
  const ofSource = source?.spec?.resources?.requests?.storage ?? '';
  const found = (parseQuantity(ofSource) ?? 0) > least ? ofSource : restoreSize;
  if (parseQuantity(found)) return { found };
  return problem(`${which} does not say how large it is; give the size with ⟪size⟫`);
}

/** Why a claim that has the name already cannot stand for the one that is to be made: none for one like it. */
export function claimProblems(
  claim: Claim,
  wish: RestoreRequest,
  snapshot: StoredSnapshot | undefined,
): readonly string[] {
  const which = `PVC '${wish.pvc}' in namespace '${wish.namespace}'`;
  const advice = 'choose another name with ⟪pvc⟫';
  if (claim.metadata.deletionTimestamp !== undefined) {
    return [`${which} is being deleted; wait until it is gone, or ${advice}`];
  }
  if (!snapshot || !isMadeFrom(claim, snapshot)) {
    return [`${which} exists already, and was not made from this snapshot; ${advice}`];
  }
  return differences(claim, wish).map(
    ({ what, has, wanted }) =>
      `${which} was made from this snapshot already, but its ${what} is ${quoted(has)}, not '${wanted}'; ${advice}`,
  );
}

/** What the user has asked for, and the claim is not. */
function differences({ spec = {} }: Claim, { storageClass, accessMode, size }: RestoreRequest) {
  const { storageClassName = '', accessModes = [], resources } = spec;
  const request = resources?.requests?.storage ?? '';
  return [
    { what: 'storage class', has: storageClassName, wanted: storageClass },
    { what: 'access mode', has: accessModes.join(', '), wanted: accessMode },
    {
      what: 'size',
      has: parseQuantity(request) === parseQuantity(size ?? '') ? size : request,
      wanted: size,
    },
  ].filter(({ has, wanted }) => wanted !== undefined && has !== wanted);
}

/** What a person wants to be restored, and where. */
export type RestoreRequest = RestoreSettings & { readonly namespace: string };
