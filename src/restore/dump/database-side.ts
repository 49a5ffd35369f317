import type { Context } from '../../context.ts';
import { placeOf, type Target } from '../../databases/operations/target.ts';
import { runScript } from '../../databases/run-script.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { isRecord, type KubeObject } from '../../kube/object.ts';
import { pods } from '../../kube/resources.ts';
import { placeOfPod } from './pod-place.ts';
import type { Owner, PodPlace } from './reader-manifest.ts';
import { ownerScript } from './scripts.ts';

/** What the database's own container tells of the volume as it is now, and most likely was. */
export interface DatabaseSide {
  readonly owner: Owner;
  readonly folders: readonly string[];
  /** It has a shell, and this cluster has it. */
  readonly image: string | undefined;
  /** Where a pod with this image may run. */
  readonly place: PodPlace;
}

/** Of a database that does not run. */
export const unknownSide: DatabaseSide = { owner: undefined, folders: [], image: undefined, place: {} };

export async function lookAtDatabase(target: Target, context: Context): Promise<DatabaseSide> {
  const { container, server } = target;
  const { kube, signal } = context;
  return await explainFailure('preflight', `Looking at ${placeOf(target)}`, async () => {
    const key = { namespace: container.namespace, name: container.pod };
    const [pod, said] = await Promise.all([
      kube.find(pods, key, { signal }),
      runScript({ script: ownerScript, args: [server.dumpFile], secret: '', container }, context),
    ]);
    const owner = /^[1-9]\d{0,9}$/.exec(said.facts.get('owner') ?? '')?.[0];
    const own = containersOf(pod).find(({ name }) => name === container.container) ?? {};
    const { image } = own;
    return {
      owner: owner === undefined ? undefined : Number(owner),
      folders: foldersOf(own, server.dumpFile),
      image: typeof image === 'string' && image !== '' ? image : undefined,
      place: placeOfPod(isRecord(pod?.['spec']) ? pod['spec'] : {}),
    };
  });
}

function containersOf(pod: KubeObject | undefined): Record<string, unknown>[] {
  const { containers } = (pod?.['spec'] ?? {}) as { containers?: unknown };
  return Array.isArray(containers) ? containers.filter(isRecord) : [];
}

const mostFolders = 20;

/**
 * The folder of the volume that is mounted, in place of the whole, where the dump is; where it is in no mount, all such folders. What
 * others have in a folder of their own, such as uploads, is not looked at for it.
 */
export function foldersOf({ volumeMounts }: Record<string, unknown>, dumpFile: string): string[] {
  const mounts = Array.isArray(volumeMounts) ? volumeMounts.filter(isRecord) : [];
  const around = mounts
    .filter(({ mountPath }) => dumpFile.startsWith(asFolder(mountPath)))
    .toSorted((one, other) => asFolder(other['mountPath']).length - asFolder(one['mountPath']).length);
  const folders = (around.length > 0 ? around.slice(0, 1) : mounts).flatMap(({ subPath }) =>
    typeof subPath === 'string' && /^[^/\p{Cc}][^\p{Cc}]{0,1000}$/u.test(subPath) && !subPath.includes('..')
      ? [subPath.replace(/\/$/, '')]
      : [],
  );
  return [...new Set(folders)].slice(0, mostFolders);
}

/** No path begins with what is not a path. */
function asFolder(mountPath: unknown): string {
  return typeof mountPath === 'string' ? `${mountPath.replace(/\/$/, '')}/` : '\0';
}
