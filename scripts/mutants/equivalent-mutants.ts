import type { Equivalent } from './equivalent.ts';

const forced: readonly (readonly [string, string])[] = [
  ['src/locks/flock-queue.ts', 'rmSync(this.#tickets.pathOf(name), { force: true });'],
  [
    'src/locks/lockfile-queue.ts',
    'await rm(this.#tickets.pathOf(this.#name), { force: true }).catch(() => {});',
  ],
  ['src/locks/lockfile-queue.ts', 'await rm(path, { force: true }).catch(() => {});'],
  ['src/locks/holder.ts', 'await rm(draft, { force: true }).catch(() => {});'],
  ['src/locks/holder.ts', 'await rm(holderPath(slot), { force: true }).catch(() => {});'],
  ['src/locks/slot-claim.ts', 'await rm(draft, { recursive: true, force: true }).catch(() => {});'],
];

const complete = "const isComplete = 'found' in ready && 'found' in size && 'found' in storageClass;";

/** What survives because nobody could tell the difference, with the reason. `--json` has the first three fields to copy. */
export const equivalentMutants: readonly Equivalent[] = [
  ...forced.map(([file, lineText]) => ({
    file,
    lineText,
    change: 'force: true -> false',
    reason: 'whatever is thrown for a file that is not there is caught',
  })),
  {
    file: 'src/databases/scripts/reading-back.ts',
    lineText: 'sync -- "$partial" 2>/dev/null || :',
    change: 'sync -- "$partial" 2>/dev/null || : -> (nothing)',
    reason: 'all is synced in the end: this is for how long that takes',
  },
  {
    file: 'src/snapshots/csi/shared-handles.ts',
    lineText: 'this.#lists.delete(resource.plural);',
    change: 'this.#lists.delete(resource.plural); -> ;',
    reason: 'an old list is not used, whether it is there or not: this is for the memory of two',
  },
  {
    file: 'src/backup/settle-unfinished.ts',
    lineText: "const value = metadata.labels?.[label.backup] ?? '';",
    change: "metadata.labels?.[label.backup] ?? '' -> (metadata.labels?.[label.backup])",
    reason: 'no label is no value either way: this is for the types',
  },
  {
    file: 'src/restore/volume/plan-restore.ts',
    lineText: 'if ((parseQuantity(size) ?? 0) >= least) return { found: size };',
    change: 'parseQuantity(size) ?? 0 -> (parseQuantity(size))',
    reason: 'the setting is a quantity: this is for the types',
  },
  {
    file: 'src/restore/volume/plan-restore.ts',
    lineText: 'const found = (parseQuantity(ofSource) ?? 0) > least ? ofSource : restoreSize;',
    change: 'parseQuantity(ofSource) ?? 0 -> (parseQuantity(ofSource))',
    reason: 'neither undefined nor 0 is more than anything',
  },
  {
    file: 'src/restore/volume/plan-restore.ts',
    lineText: "const ofSource = source?.spec?.resources?.requests?.storage ?? '';",
    change:
      "source?.spec?.resources?.requests?.storage ?? '' -> (source?.spec?.resources?.requests?.storage)",
    reason: 'undefined is not a quantity either',
  },
  {
    file: 'src/restore/volume/plan-restore.ts',
    lineText: "has: parseQuantity(request) === parseQuantity(size ?? '') ? size : request,",
    change: "size ?? '' -> (size)",
    reason: 'undefined is not a quantity either',
  },
  ...[
    "'found' in ready && 'found' in size -> ('found' in ready || 'found' in size)",
    "'found' in ready && 'found' in size && 'found' in storageClass -> ('found' in ready && 'found' in size || 'found' in storageClass)",
  ].map((change) => ({
    file: 'src/restore/volume/plan-restore.ts',
    lineText: complete,
    change,
    reason: 'what is not found has a problem, which ends the plan all the same: this is for the types',
  })),
  ...[
    'by === undefined || policy === undefined || time === undefined -> (by === undefined || policy === undefined && time === undefined)',
    'by === undefined || policy === undefined -> (by === undefined && policy === undefined)',
  ].map((change) => ({
    file: 'src/retention/retain/retained-by.ts',
    lineText: 'if (by === undefined || policy === undefined || time === undefined) return undefined;',
    change,
    reason: 'what has been written by this tool has all three: this is for the types',
  })),
  {
    file: 'src/backup/quiesce/where-it-is-now.ts',
    lineText:
      "return new KubeError(reasons.join('; '), { status: 404, reason: 'NotFound', retryable: true });",
    change: 'retryable: true -> false',
    reason: 'it is tried again whatever it says of itself, and nobody asks it afterwards',
  },
  ...[
    ["name: read('name', labelName('a hook'), `hook-${place}`) ?? '',", "''"],
    ["resource: read('exec', execResource) ?? { kind: 'pod', name: '' },", "{ kind: 'pod', name: '' }"],
    ["container: read('container', labelName('a container')) ?? '',", "''"],
    ["timeoutMilliseconds: read('timeout', duration, '60s') ?? 0,", '0'],
    ["onError: read('onError', onError, 'fail') ?? 'fail',", "'fail'"],
  ].map(([lineText = '', fallback = '']) => {
    const [key = '', value = ''] = lineText.slice(0, -` ?? ${fallback},`.length).split(/: (.*)/);
    return {
      file: 'src/backup/settings/hooks.ts',
      lineText,
      change: `${key}: ${value} ?? ${fallback} -> (${value})`,
      reason: 'what cannot be read is a problem, and then there are no hooks: this is for the types',
    };
  }),
  ...['src/backup/find-claims.ts', 'src/retention/retain/claims.ts'].map((file) => ({
    file,
    lineText: "const madeAt = Date.parse(creationTimestamp ?? '');",
    change: "creationTimestamp ?? '' -> (creationTimestamp)",
    reason: 'neither is a time',
  })),
  {
    file: 'src/orphans/list-orphans.ts',
    lineText: 'if (one.namespace !== other.namespace) return one.namespace < other.namespace ? -1 : 1;',
    change: 'one.namespace < other.namespace -> one.namespace <= other.namespace',
    reason: 'the two are different there',
  },
  {
    file: 'src/orphans/sync-metadata.ts',
    lineText: "const snapshot = byUid.get(snapshotRefOf(content).uid ?? '');",
    change: "snapshotRefOf(content).uid ?? '' -> (snapshotRefOf(content).uid)",
    reason: 'no snapshot has undefined for its uid either: this is for the types',
  },
  {
    file: 'src/orphans/list-orphans.ts',
    lineText: 'return +one.createdAt - +other.createdAt || (one.name < other.name ? -1 : 1);',
    change: 'one.name < other.name -> one.name <= other.name',
    reason: 'no two contents have the same name',
  },
  {
    file: 'src/orphans/wait-until-bound.ts',
    lineText: "const errors = new StorageErrors({ namespace: namespace ?? '', name }, context.log);",
    change: "namespace: namespace ?? '' -> (namespace)",
    reason: 'every snapshot has a namespace: this is for the types',
  },
  {
    file: 'src/orphans/rebind.ts',
    lineText: 'metadata.annotations ?? {};',
    change: 'metadata.annotations ?? {} -> (metadata.annotations)',
    reason: 'what takes the place of an old content says so in an annotation: this is for the types',
  },
  {
    file: 'src/orphans/plan-rebind.ts',
    lineText: "const bound = await kube.find(volumeSnapshots, { ...key, name: key.name ?? '' }, { signal });",
    change: "name: key.name ?? '' -> (key.name)",
    reason: 'what has a uid of a VolumeSnapshot has its name: this is for the types',
  },
  {
    file: 'src/snapshots/csi/discard-group.ts',
    lineText: 'const precondition = { uid, resourceVersion: marked.metadata.resourceVersion };',
    change:
      '{ uid, resourceVersion: marked.metadata.resourceVersion } -> { resourceVersion: marked.metadata.resourceVersion }',
    reason: 'no two objects ever have the same resourceVersion: the uid says it once more',
  },
  ...['databases/scripts/lifeline.ts', 'databases/scripts/dump.ts', 'backup/quiesce/freeze-script.ts'].map(
    (file) => ({
      file: `src/${file}`,
      lineText: 'trap - EXIT',
      change: 'trap - EXIT -> (nothing)',
      reason: 'dash, bash and busybox have taken the trap away when it runs; other shells need not',
    }),
  ),
  {
    file: 'src/orphans/list-orphans.ts',
    lineText: 'for (let index = 0; index < missing.length; index += atATime) {',
    change: 'index < missing.length -> index <= missing.length',
    reason: 'there is nothing behind the last one, so nothing is looked for',
  },
];
