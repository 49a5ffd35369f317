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
  kind: 'SelfSubjectAccessReview',
};
const subjectReviews: Resource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'selfsubjectreviews',
  kind: 'SelfSubjectReview',
};

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
