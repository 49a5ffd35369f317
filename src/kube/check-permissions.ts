import type { Finding } from '../core/finding.ts';
import type { Abortable, Kube } from './kube.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

/** One verb on one resource that a run needs. */
export interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly plural: string;
  readonly subresource?: string;
  /** Of the only object that it is needed for: a right to this one alone is enough. */
  readonly name?: string;
  /** Left out for cluster-wide resources. */
  readonly namespace?: string;
}

/** Who asks, by its connection. */
interface Asker extends Abortable {
  readonly kube: Pick<Kube, 'create'>;
}

const accessReviews: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
};
const reviewsOfOthers: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'subjectaccessreviews',
  kind: 'SubjectAccessReview',
};
const subjectReviews: Resource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'selfsubjectreviews',
  kind: 'SelfSubjectReview',
};

/** Somebody else than who asks, who has to have the right to ask for others then. */
export interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
}

/** One sentence for each resource of which a verb is missing: found before anything is changed. */
export async function checkPermissions(
  permissions: readonly Permission[],
  asker: Asker,
  subject?: Subject,
): Promise<Finding<void>> {
  const { denied, user } = await deniedOf(permissions, asker, subject);
  if (denied.length === 0) return { found: undefined };
  const problems = [...Map.groupBy(denied, resourceName)].map(([resource, missing]) => {
    const verbs = [...new Set(missing.map(({ verb }) => verb))].join(', ');
    const [where, role] = missing[0]?.namespace
      ? [` in namespace '${missing[0].namespace}'`, 'Role']
      : ['', 'ClusterRole'];
    return `${user} may not ${verbs} ${resource}${objectNames(missing)}${where}; grant it in the ${role} bound to it`;
  });
  return { problems };
}

/** As `checkPermissions`, all in one sentence, which ends with what to do. */
export async function missingRights(
  permissions: readonly Permission[],
  advice: string,
  asker: Asker,
): Promise<string | undefined> {
  const { denied, user } = await deniedOf(permissions, asker);
  if (denied.length === 0) return undefined;
  const byPlace = Map.groupBy(denied, ({ namespace }) => namespace);
  const places = [...byPlace].map(([namespace, missing]) => {
    const resources = [...Map.groupBy(missing, resourceName)].map(
      ([resource, some]) =>
        `${[...new Set(some.map(({ verb }) => verb))].join(', ')} ${resource}${objectNames(some)}`,
    );
    return `${resources.join('; ')}${namespace === undefined ? ' in the cluster' : ` in namespace '${namespace}'`}`;
  });
  return `${user} may not ${places.join('; nor ')}; ${advice}`;
}

async function deniedOf(permissions: readonly Permission[], asker: Asker, subject?: Subject) {
  const allowed = await Promise.all(permissions.map((permission) => isAllowed(permission, asker, subject)));
  const denied = permissions.filter((_, index) => !allowed[index]);
  return { denied, user: denied.length === 0 ? '' : (subject?.user ?? (await ownName(asker))) };
}

/** Nothing where it is missing for objects of any name, too. */
function objectNames(missing: readonly Permission[]): string {
  const names = new Set(missing.map(({ name }) => name));
  return names.has(undefined) ? '' : ` ${[...names].map((name) => `'${name}'`).join(' and ')}`;
}

async function isAllowed(
  { verb, group, plural, subresource, namespace, name }: Permission,
  { kube, signal }: Asker,
  subject: Subject | undefined,
) {
  const resource = subject ? reviewsOfOthers : accessReviews;
  const review = await kube.create<KubeObject & { status?: { allowed?: boolean } }>(
    resource,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: resource.kind,
      metadata: {},
      spec: {
        ...subject,
        resourceAttributes: { verb, group, resource: plural, subresource, namespace, name },
      },
    },
    { signal },
  );
  return review.status?.allowed === true;
}

async function ownName({ kube, signal }: Asker): Promise<string> {
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
