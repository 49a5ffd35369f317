import type { Context } from '../../context.ts';
import type { SnapshotContext } from '../provider.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import { hasStatus, isOfOneObject } from '../../kube/error.ts';
import { collectionPath, objectPath } from '../../kube/path.ts';
import { namespaces as namespaceResource } from '../../kube/resources.ts';
import type { Failure } from './in-parallel.ts';

/** Where to look: in all namespaces when neither is given. */
export interface Scope {
  readonly namespaces?: readonly string[] | undefined;
  /** A label selector of namespaces. */
  readonly namespaceSelector?: string | undefined;
}

export interface Found<Part> {
  /** What was read of each namespace; of the whole cluster, one part. */
  readonly parts: readonly Part[];
  /** Namespaces of which nothing is in `parts`: half a volume would be misjudged. */
  readonly unread: readonly Failure[];
}

/**
 * Reads namespace by namespace, or all at once: `read` is then called without one. A namespace that fails does not stop the
 * others; a list of all that fails is an error: who was meant to see to all and has lost the right to must not go on with
 * less. One that nobody has named and that is gone when it is read has nothing to be done; one that is named is to be there. Where the list has something that is too large to be read, or cannot be, namespace by namespace is tried. Throws UserError
 * 'preflight'.
 */
export async function readInScope<Part>(
  { namespaces, namespaceSelector }: Scope,
  read: (namespace?: string) => Promise<Part>,
  context: SnapshotContext,
): Promise<Found<Part>> {
  if (namespaces) return readEach(namespaces, read, context, { areNamed: true });
  if (namespaceSelector !== undefined) {
    return readEach(await namespacesWith(namespaceSelector, context), read, context, { areNamed: false });
  }
  try {
    return { parts: [await read()], unread: [] };
  } catch (error) {
    // One by one, so that the others are done.
    if (isOfOneObject(error))
      return readEach(await allNamespaces(context), read, context, { areNamed: false });
    const isForbidden = hasStatus(error, 403) && error.path === collectionPath(context.snapshots.resource);
    if (!isForbidden) throw error;
    throw new UserError(
      'preflight',
      `The snapshots of all namespaces may not be listed (${error.message}); bind the ClusterRole to the service account again, or name the namespaces that are meant: --namespaces ${context.kube.namespace}`,
      { cause: error },
    );
  }
}

async function readEach<Part>(
  namespaces: readonly string[],
  read: (namespace: string) => Promise<Part>,
  context: Context,
  { areNamed }: { readonly areNamed: boolean },
): Promise<Found<Part>> {
  const { log, signal } = context;
  const parts: Part[] = [];
  const unread: Failure[] = [];
  for (const namespace of namespaces) {
    try {
      if (areNamed) await requireNamespace(namespace, context);
      parts.push(await read(namespace));
    } catch (error) {
      signal.throwIfAborted();
      if (!areNamed && saysGone(error, namespace)) {
        log.info({ namespace }, 'the namespace was deleted meanwhile');
        continue;
      }
      log.error({ namespace, reason: messageOf(error) }, 'could not read the namespace');
      unread.push({ namespace, name: '*', error: messageOf(error) });
    }
  }
  return { parts, unread };
}

/** Anything else that is not there, such as the API of snapshots, is a failure. */
function saysGone(error: unknown, name: string): boolean {
  return hasStatus(error, 404) && error.path === objectPath(namespaceResource, { name });
}

async function namespacesWith(labelSelector: string, context: Context): Promise<string[]> {
  const names = await allNamespaces(context, labelSelector);
  if (names.length === 0) context.log.warn({ labelSelector }, 'no namespace has these labels');
  return names;
}

async function allNamespaces({ kube, signal }: Context, labelSelector?: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { metadata } of kube.list(namespaceResource, { labelSelector, signal })) {
      if (metadata.name !== undefined) names.push(metadata.name);
    }
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    throw new UserError(
      'preflight',
      `The namespaces may not be listed (${error.message}); allow the service account to list namespaces, or name those that are meant: --namespaces ${kube.namespace}`,
      { cause: error },
    );
  }
  return names;
}

/** An empty list is no proof: of a namespace that is not there one gets it, too. Who may not look is believed. */
async function requireNamespace(name: string, { kube, signal }: Context): Promise<void> {
  try {
    if (await kube.find(namespaceResource, { name }, { signal })) return;
  } catch (error) {
    if (hasStatus(error, 403)) return;
    throw error;
  }
  throw new Error(`There is no namespace '${name}'; correct the namespaces that are named: --namespaces`);
}
