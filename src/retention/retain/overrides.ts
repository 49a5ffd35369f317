import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { hasStatus } from '../../kube/error.ts';
import type { KubeObject } from '../../kube/object.ts';
import { namespaces, persistentVolumeClaims } from '../../kube/resources.ts';
import { copyOf } from '../../core/quoted.ts';
import { maximumChange } from '../../snapshots/tier-formats.ts';
import { annotation } from '../../snapshots/labels.ts';
import { claimOf, type Claim } from './claims.ts';

/** What an annotation says of the policy of a namespace or of a volume in it. */
export interface Override {
  readonly namespace: string;
  /** The volume, as the label of its snapshots has it; undefined: all of the namespace. */
  readonly pvc: string | undefined;
  /** As a user wrote it, such as `daily=14,monthly=24`. */
  readonly text: string;
}

/** Which volumes there are, and what is said of their policies. */
export interface Overrides {
  readonly overrides: readonly Override[];
  readonly claims: readonly Claim[];
}

/** What is kept of a longer one is too long to be understood all the same, and long enough to be shown. */
const maximumText = maximumChange + 1;

/** Of one namespace and its PVCs, or of the whole cluster. Throws a UserError 'preflight' to who may not read them. */
export async function readOverrides(namespace: string | undefined, context: Context): Promise<Overrides> {
  try {
    return await read(namespace, context);
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    throw new UserError(
      'preflight',
      `The annotations ${annotation.retainPolicy} cannot be read (${error.message}); allow the service account to get and list namespaces and to list persistentvolumeclaims`,
      { cause: error },
    );
  }
}

async function read(namespace: string | undefined, { kube, signal }: Context): Promise<Overrides> {
  const overrides: Override[] = [];
  const claims: Claim[] = [];
  const add = ({ metadata }: KubeObject, pvc?: string): void => {
    const text = metadata.annotations?.[annotation.retainPolicy];
    const of = pvc === undefined ? metadata.name : metadata.namespace;
    if (text !== undefined && of !== undefined)
      overrides.push({ namespace: of, pvc, text: copyOf(text, maximumText) });
  };
  if (namespace !== undefined) add(await kube.get(namespaces, { name: namespace }, { signal }));
  else for await (const object of kube.list(namespaces, { signal })) add(object);
  for await (const object of kube.list(persistentVolumeClaims, { namespace, signal })) {
    const claim = claimOf(object);
    if (claim) claims.push(claim);
    if (claim) add(object, claim.pvc);
  }
  return { overrides, claims };
}
