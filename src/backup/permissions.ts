import type { Context } from '../context.ts';
import type { Finding } from '../finding.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Resource } from '../kube/resources.ts';

/** One verb on one resource that a backup needs. */
export interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly plural: string;
  readonly subresource?: string;
  /** Left out for cluster-wide resources. */
  readonly namespace?: string;
}

const accessReviews: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'selfsubjectaccessreviews',
};
const subjectReviews: Resource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'selfsubjectreviews',
};

/** What `create` will do with the cluster's objects; the chart's Roles grant exactly this. */
export function permissionsToCreate(
  namespace: string,
  execKind: 'deployment' | 'statefulset' | 'pod' | undefined,
): Permission[] {
  const core = { group: '', namespace };
  const snapshots = { group: 'snapshot.storage.k8s.io', plural: 'volumesnapshots', namespace };
  return [
    { verb: 'get', plural: 'persistentvolumeclaims', ...core },
    { verb: 'get', group: '', plural: 'persistentvolumes' },
    { verb: 'list', group: 'snapshot.storage.k8s.io', plural: 'volumesnapshotclasses' },
    ...['get', 'list', 'watch', 'create', 'patch'].map((verb) => ({ verb, ...snapshots })),
    ...(execKind ? permissionsToExec(namespace, execKind) : []),
  ];
}

function permissionsToExec(namespace: string, kind: 'deployment' | 'statefulset' | 'pod'): Permission[] {
  const owners = kind === 'pod' ? [] : [{ verb: 'get', group: 'apps', plural: `${kind}s`, namespace }];
  return [
    ...owners,
    ...(kind === 'pod' ? ['get'] : ['list']).map((verb) => ({ verb, group: '', plural: 'pods', namespace })),
    // A WebSocket starts as a GET, and needs both since Kubernetes 1.35.
    ...['get', 'create'].map((verb) => ({ verb, group: '', plural: 'pods', subresource: 'exec', namespace })),
  ];
}

/** One sentence for each resource of which a verb is missing: found before anything is changed. */
export async function checkPermissions(
  permissions: readonly Permission[],
  context: Context,
): Promise<Finding<void>> {
  const allowed = await Promise.all(permissions.map((permission) => isAllowed(permission, context)));
  const denied = permissions.filter((_, index) => !allowed[index]);
  if (denied.length === 0) return { found: undefined };
  const user = await ownName(context);
  const problems = [...Map.groupBy(denied, resourceName)].map(([name, missing]) => {
    const verbs = missing.map(({ verb }) => verb).join(', ');
    const [where, role] = missing[0]?.namespace
      ? [` in namespace '${missing[0].namespace}'`, 'Role']
      : ['', 'ClusterRole'];
    return `${user} may not ${verbs} ${name}${where}; grant it in the ${role} bound to it`;
  });
  return { problems };
}

async function isAllowed(
  { verb, group, plural, subresource, namespace }: Permission,
  { kube, signal }: Context,
) {
  const review = await kube.create<KubeObject & { status?: { allowed?: boolean } }>(
    accessReviews,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: { resourceAttributes: { verb, group, resource: plural, subresource, namespace } },
    },
    { signal },
  );
  return review.status?.allowed === true;
}

async function ownName({ kube, signal }: Context): Promise<string> {
  const review = await kube.create<KubeObject & { status?: { userInfo?: { username?: string } } }>(
    subjectReviews,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} },
    { signal },
  );
  return review.status?.userInfo?.username ?? 'This user';
}

function resourceName({ group, plural, subresource }: Permission): string {
  return `${plural}${subresource ? `/${subresource}` : ''}${group && `.${group}`}`;
}
